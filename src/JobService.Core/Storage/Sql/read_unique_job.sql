-- read_unique_job: what the unique key of a job is made of.
-- $1 id uuid
-- index jobs_pkey · locks nothing · rows: one when there is such a job, and it has one
SELECT t.name AS type, j.policies, j.payload
FROM jobservice.jobs j JOIN jobservice.job_types t ON t.id = j.type_id
WHERE j.id = $1 AND j.policies->'unique' IS NOT NULL
