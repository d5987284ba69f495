-- read_fired_runs: which occurrences of a schedule have a job, and up to when that may be forgotten. One statement for both: what is pruned meanwhile is
-- seen among those that have a job, or is before that time.
-- $1 schedule_id int · $2 from timestamptz · $3 to timestamptz (both included)
-- index schedule_runs_pkey, forgotten_runs_pkey · locks nothing
-- rows: one: due_at of each, the time before which they may be forgotten and how long they were kept when that was noted; null where none is
SELECT ARRAY(SELECT r.due_at FROM jobservice.schedule_runs r WHERE r.schedule_id = $1 AND r.due_at BETWEEN $2 AND $3 AND r.kind = 0 AND r.job_id IS NOT NULL) AS fired,
       f.due_before, f.keep_ms
FROM (VALUES (true)) AS one(is_only)
LEFT JOIN jobservice.forgotten_runs f ON f.is_only = one.is_only
