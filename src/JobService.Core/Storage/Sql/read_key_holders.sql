-- read_key_holders: the job that each unique key leads to, and where it stands.
-- $1 hash uuid[]
-- Where it decides anything it comes after lock_keys, as a statement of its own: one that had to wait for its locks would still see what was before.
-- index job_keys_pkey, jobs_pkey, then one lookup a place · locks nothing · rows: one a key there is a row of; of nobody, no job; of a job that is gone,
-- no more than its id
SELECT k.hash, k.job_id, k.changed_by, k.scope, coalesce(k.held_until > jobservice.now(), false) AS is_within_time, jobservice.now() AS now, t.name AS type,
       coalesce(f.state, CASE WHEN r.id IS NOT NULL THEN 4 END::smallint, s.state, CASE WHEN w.id IS NOT NULL THEN 1 END::smallint, 3::smallint) AS state,
       r.id IS NOT NULL OR coalesce(s.attempt, d.attempt, w.attempt, 0) > j.attempts_forgiven AS has_started,
       j.created_at, coalesce(s.run_at, j.run_at) AS run_at
FROM jobservice.job_keys k
LEFT JOIN jobservice.jobs j ON j.id = k.job_id
LEFT JOIN jobservice.job_types t ON t.id = j.type_id
LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
LEFT JOIN jobservice.running_jobs r ON r.id = j.id
LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
LEFT JOIN jobservice.ready_jobs d ON d.id = j.id AND (d.flags & 1) = 1
LEFT JOIN jobservice.blocked_jobs w ON w.id = j.id
WHERE k.hash = ANY ($1::uuid[]) AND k.scope IS DISTINCT FROM 5
