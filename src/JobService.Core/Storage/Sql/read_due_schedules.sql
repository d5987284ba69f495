-- read_due_schedules: lock up to $1 schedules that are due, the longest due first, and up to $1 with an occurrence that waited for a job which is final now. Of those
-- that wait it looks at five times as many, from where the last look of its caller ended: they come in turn, however many wait. What is to be known beside
-- them is asked once they are locked: see read_schedule_standing.
-- $1 max_schedules int · $2 name text (that one alone; null: any) · $3 passed_over int[] (schedules that this process can't decide)
-- $4 after_id int (of those that wait: those behind it; 0 from the first)
-- index schedules_due_idx, schedules_waiting_idx, schedules_pkey, jobs_pkey, finished_jobs_pkey · locks one row a schedule, skips locked rows
-- rows: one at least: where to look on, and a schedule; null without any
WITH due AS MATERIALIZED (
    SELECT s.* FROM jobservice.schedules s
    WHERE s.next_due_at <= jobservice.now() AND ($2::text IS NULL OR s.name = $2) AND s.id <> ALL ($3::int[])
    ORDER BY s.next_due_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
), waiting AS MATERIALIZED (
    SELECT s.id, s.next_due_at, s.live_jobs FROM jobservice.schedules s
    WHERE s.waiting_due_at IS NOT NULL AND s.id > $4 AND ($2::text IS NULL OR s.name = $2)
    ORDER BY s.id
    LIMIT 5 * $1
), free AS MATERIALIZED (
    SELECT w.id FROM waiting w
    WHERE (w.next_due_at IS NULL OR w.next_due_at > jobservice.now()) AND w.id <> ALL ($3::int[])
      AND NOT EXISTS (
        SELECT FROM unnest(w.live_jobs) AS live(id)
        WHERE EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = live.id) AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = live.id))
    ORDER BY w.id
    LIMIT $1
), freed AS MATERIALIZED (
    SELECT s.* FROM jobservice.schedules s
    WHERE s.id = ANY (ARRAY(SELECT free.id FROM free)) AND s.waiting_due_at IS NOT NULL AND (s.next_due_at IS NULL OR s.next_due_at > jobservice.now())
    FOR UPDATE SKIP LOCKED
), looked AS MATERIALIZED (
    SELECT CASE WHEN (SELECT count(*) FROM free) = $1 THEN (SELECT max(free.id) FROM free)
                WHEN (SELECT count(*) FROM waiting) = 5 * $1 THEN (SELECT max(w.id) FROM waiting w)
                ELSE 0 END AS last_id
)
SELECT looked.last_id, s.id, s.name, s.cron, s.time_zone, s.every_ms, s.at, s.type, s.queue, s.priority, s.routed_by, s.tags, s.policies, s.metadata, s.payload, s.limit_keys, s.misfire,
       s.max_catch_up, s.overlap, s.start_at, s.end_at, s.max_runs, s.jitter_ms, s.pause_after_failures, s.is_declared, s.is_disabled, s.state, s.paused_because,
       s.anchor_at, s.next_due_at, s.next_due_offset_s, s.next_due_offset_at, s.next_due_offset_zone, s.waiting_due_at, s.missed, s.runs, s.last_due_at,
       s.last_job_id, s.live_jobs, s.counted_from, s.revision, s.created_at, s.updated_at
FROM looked
LEFT JOIN (SELECT * FROM due UNION ALL SELECT * FROM freed) s ON true
