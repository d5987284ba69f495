-- read_due_schedules: lock up to $1 schedules with something to decide: those that are due, the longest due first, and those with an
-- occurrence that waited for a job which is final now. What is to be known beside them is asked once they are locked: see read_schedule_standing.
-- $1 max_schedules int · $2 name text (that one alone; null: any) · $3 passed_over int[] (schedules that this process can't decide)
-- index schedules_due_idx, schedules_waiting_idx, jobs_pkey, finished_jobs_pkey · locks one row a schedule, skips locked rows · rows: schedules
WITH due AS MATERIALIZED (
    SELECT s.* FROM jobservice.schedules s
    WHERE s.next_due_at <= jobservice.now() AND ($2::text IS NULL OR s.name = $2) AND s.id <> ALL ($3::int[])
    ORDER BY s.next_due_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
), freed AS MATERIALIZED (
    SELECT s.* FROM jobservice.schedules s
    WHERE s.waiting_due_at IS NOT NULL AND ($2::text IS NULL OR s.name = $2) AND s.id <> ALL ($3::int[])
      AND (s.next_due_at IS NULL OR s.next_due_at > jobservice.now())
      AND NOT EXISTS (
        SELECT FROM unnest(s.live_jobs) AS live(id)
        WHERE EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = live.id) AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = live.id))
    ORDER BY s.waiting_due_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
)
SELECT s.id, s.name, s.cron, s.time_zone, s.every_ms, s.at, s.type, s.queue, s.priority, s.routed_by, s.tags, s.policies, s.metadata, s.payload, s.misfire,
       s.max_catch_up, s.overlap, s.start_at, s.end_at, s.max_runs, s.jitter_ms, s.pause_after_failures, s.is_declared, s.is_disabled, s.state, s.paused_because,
       s.anchor_at, s.next_due_at, s.next_due_offset_s, s.next_due_offset_at, s.next_due_offset_zone, s.waiting_due_at, s.missed, s.runs, s.last_due_at,
       s.last_job_id, s.live_jobs, s.counted_from, s.revision, s.created_at, s.updated_at
FROM (SELECT * FROM due UNION ALL SELECT * FROM freed) s
