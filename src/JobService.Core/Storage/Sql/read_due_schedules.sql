-- read_due_schedules: lock up to $1 schedules with something to decide: those that are due, the longest due first, and those with an
-- occurrence that waited for a job which is final now.
-- $1 max_schedules int · $2 name text (that one alone; null: any)
-- index schedules_due_idx, schedules_waiting_idx, jobs_pkey, finished_jobs_pkey, schedule_runs_pkey · locks one row a schedule, skips locked rows
-- rows: the time, the schedule, its jobs that are not final, and whether as many in a row have failed as it allows
WITH due AS MATERIALIZED (
    SELECT s.* FROM jobservice.schedules s
    WHERE s.next_due_at <= jobservice.now() AND ($2::text IS NULL OR s.name = $2)
    ORDER BY s.next_due_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
), freed AS MATERIALIZED (
    SELECT s.* FROM jobservice.schedules s
    WHERE s.waiting_due_at IS NOT NULL AND ($2::text IS NULL OR s.name = $2) AND (s.next_due_at IS NULL OR s.next_due_at > jobservice.now())
      AND NOT EXISTS (
        SELECT FROM unnest(s.live_jobs) AS live(id)
        WHERE EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = live.id) AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = live.id))
    ORDER BY s.waiting_due_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
)
SELECT jobservice.now() AS now, s.*,
       ARRAY(SELECT live.id FROM unnest(s.live_jobs) AS live(id)
             WHERE EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = live.id) AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = live.id)) AS still_live,
       CASE WHEN s.pause_after_failures IS NULL THEN false ELSE
           (SELECT count(*)
            FROM (SELECT r.job_id FROM jobservice.schedule_runs r
                  WHERE r.schedule_id = s.id AND r.due_at >= s.counted_from AND r.job_id IS NOT NULL
                  ORDER BY r.due_at DESC
                  LIMIT s.pause_after_failures) last
            JOIN jobservice.finished_jobs f ON f.id = last.job_id AND f.state = 7) >= s.pause_after_failures
       END AS has_failed_too_often
FROM (SELECT * FROM due UNION ALL SELECT * FROM freed) s
