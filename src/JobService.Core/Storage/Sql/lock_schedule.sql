-- lock_schedule: one schedule, to be changed.
-- $1 name text
-- index schedules_name_key · locks its row · rows: one where there is one
SELECT s.id, s.name, s.cron, s.time_zone, s.every_ms, s.at, s.type, s.queue, s.priority, s.routed_by, s.tags, s.policies, s.metadata, s.payload, s.limit_keys, s.misfire,
       s.max_catch_up, s.overlap, s.start_at, s.end_at, s.max_runs, s.jitter_ms, s.pause_after_failures, s.is_declared, s.is_disabled, s.state, s.paused_because,
       s.anchor_at, s.next_due_at, s.next_due_offset_s, s.next_due_offset_at, s.next_due_offset_zone, s.waiting_due_at, s.missed, s.runs, s.last_due_at,
       s.last_job_id, s.live_jobs, s.counted_from, s.revision, s.created_at, s.updated_at
FROM jobservice.schedules s
WHERE s.name = $1
FOR UPDATE
