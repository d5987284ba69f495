-- read_job_state: where a job stands, for a refusal to name, and what it was last restarted with.
-- $1 id uuid
-- index jobs_pkey, then one lookup a place · locks nothing · rows: one when there is such a job
SELECT coalesce(f.state, CASE WHEN r.id IS NOT NULL THEN 4 END::smallint, s.state, CASE WHEN w.id IS NOT NULL THEN 1 END::smallint, 3::smallint) AS state, j.revision, j.is_erased,
       (SELECT e.kind FROM jobservice.job_events e WHERE e.id = j.id ORDER BY e.seq DESC LIMIT 1) AS last_event,
       coalesce(s.attempt, d.attempt, w.attempt, 0) = j.attempts_forgiven AS is_unclaimed, j.run_at, j.payload, j.expires_at, j.deadline_at
FROM jobservice.jobs j
LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
LEFT JOIN jobservice.running_jobs r ON r.id = j.id
LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
LEFT JOIN jobservice.ready_jobs d ON d.id = j.id AND (d.flags & 1) = 1
LEFT JOIN jobservice.blocked_jobs w ON w.id = j.id
WHERE j.id = $1
