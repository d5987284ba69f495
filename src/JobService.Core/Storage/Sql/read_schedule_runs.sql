-- read_schedule_runs: what became of the occurrences and triggers of some schedules, up to $4 of each, the newest first.
-- $1 names text[] · $2 before timestamptz, $3 before_kind smallint (the last one seen; infinity: from the newest) · $4 max_runs int
-- index schedules_name_key, schedule_runs_pkey, jobs_pkey · locks nothing
-- rows: the run, where its job is if it is still kept, and the schedule's name; none of a schedule without one
SELECT r.due_at, r.kind, r.outcome, r.fired_at, r.job_id, r.is_late, r.is_backfilled, job.state, s.name
FROM jobservice.schedules s
CROSS JOIN LATERAL (
    SELECT r.* FROM jobservice.schedule_runs r
    WHERE r.schedule_id = s.id AND (r.due_at, r.kind) < ($2, $3)
    ORDER BY r.due_at DESC, r.kind DESC
    LIMIT $4
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
ORDER BY r.due_at DESC, r.kind DESC
