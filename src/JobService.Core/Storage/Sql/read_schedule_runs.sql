-- read_schedule_runs: what became of a schedule's occurrences, the newest first.
-- $1 name text · $2 before timestamptz, $3 before_kind smallint (the last one seen; infinity: from the newest) · $4 max_runs int
-- index schedule_runs_pkey, jobs_pkey · locks nothing · rows: the run, and where its job is if it is still kept
SELECT r.due_at, r.kind, r.outcome, r.fired_at, r.job_id, r.is_late, r.is_backfilled, job.state
FROM (SELECT r.* FROM jobservice.schedule_runs r
      WHERE r.schedule_id = (SELECT s.id FROM jobservice.schedules s WHERE s.name = $1) AND (r.due_at, r.kind) < ($2, $3)
      ORDER BY r.due_at DESC, r.kind DESC
      LIMIT $4) r
LEFT JOIN LATERAL (
    SELECT coalesce(f.state, CASE WHEN n.id IS NOT NULL THEN 4 END, s.state, 3::smallint)::smallint AS state
    FROM jobservice.jobs j
    LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
    LEFT JOIN jobservice.running_jobs n ON n.id = j.id
    LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
    WHERE j.id = r.job_id
    OFFSET 0
) job ON true
ORDER BY r.due_at DESC, r.kind DESC
