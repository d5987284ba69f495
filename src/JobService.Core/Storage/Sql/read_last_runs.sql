-- read_last_runs: what became of the newest occurrence, or trigger, of each of some schedules.
-- $1 names text[]
-- index schedules_name_key, schedule_runs_pkey, jobs_pkey · locks nothing · rows: as read_schedule_runs has them, and the name; none of a schedule without one
SELECT r.due_at, r.kind, r.outcome, r.fired_at, r.job_id, r.is_late, r.is_backfilled, job.state, s.name
FROM jobservice.schedules s
CROSS JOIN LATERAL (
    SELECT r.* FROM jobservice.schedule_runs r WHERE r.schedule_id = s.id ORDER BY r.due_at DESC, r.kind DESC LIMIT 1
) r
LEFT JOIN LATERAL (
    SELECT coalesce(f.state, CASE WHEN n.id IS NOT NULL THEN 4 END, s.state, 3::smallint)::smallint AS state
    FROM jobservice.jobs j
    LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
    LEFT JOIN jobservice.running_jobs n ON n.id = j.id
    LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
    WHERE j.id = r.job_id
    OFFSET 0
) job ON true
WHERE s.name = ANY ($1::text[])
