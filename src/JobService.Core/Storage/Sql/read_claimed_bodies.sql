-- read_claimed_bodies: what running the claimed jobs of one day takes.
-- $1 id uuid[] · $2 first_id uuid · $3 end_id uuid (the day's bounds, so that one partition is read)
-- index jobs_pkey · locks nothing · rows: one a job that still has a body
SELECT id, created_at, run_at, expires_at, deadline_at, priority, attempts_forgiven, policies, tags::text, metadata, payload,
       trace_parent, trace_state, schedule,
       CASE WHEN deadline_at <= jobservice.now() THEN 'deadline' WHEN expires_at <= jobservice.now() THEN 'expired' END AS too_late
FROM jobservice.jobs
WHERE id = ANY ($1::uuid[]) AND id >= $2 AND id < $3
