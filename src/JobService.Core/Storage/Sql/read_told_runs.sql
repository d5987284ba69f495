-- read_told_runs: which occurrences of a schedule have a job, which were told of and have none, and up to when that may be forgotten. One statement for all:
-- what is pruned meanwhile is seen among the first two, or is before that time.
-- $1 schedule_id int · $2 from timestamptz · $3 to timestamptz (both included) · $4 max_jobless int
-- index schedule_runs_fired_idx, schedule_runs_pkey, forgotten_runs_pkey · locks nothing
-- rows: one: due_at of each that has a job, of the first $4 that have none and don't wait, the time before which they may be forgotten and how long they were
-- kept when that was noted; null where none is
SELECT ARRAY(SELECT r.due_at FROM jobservice.schedule_runs r WHERE r.schedule_id = $1 AND r.due_at BETWEEN $2 AND $3 AND r.kind = 0 AND r.job_id IS NOT NULL) AS fired,
       ARRAY(SELECT r.due_at FROM jobservice.schedule_runs r
             WHERE r.schedule_id = $1 AND r.due_at BETWEEN $2 AND $3 AND r.kind = 0 AND r.job_id IS NULL AND r.outcome <> 3
             ORDER BY r.due_at
             LIMIT $4) AS jobless,
       f.due_before, f.keep_ms
FROM (VALUES (true)) AS one(is_only)
LEFT JOIN jobservice.forgotten_runs f ON f.is_only = one.is_only
