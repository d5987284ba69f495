-- read_keys_of_job: the unique keys that a job holds by its state, or held last.
-- $1 job_id uuid
-- index job_keys_job_id_idx · locks nothing · rows: one a key, mostly one at all
SELECT hash FROM jobservice.job_keys WHERE job_id = $1 AND scope < 3
