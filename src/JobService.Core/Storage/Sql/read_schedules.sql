-- read_schedules: up to $3 schedules by name: the one of that name, or those behind it.
-- $1 name text (null: from the first) · $2 only boolean (that one alone) · $3 max_schedules int
-- index schedules_name_key · locks nothing · rows: schedules, by name
SELECT s.id, s.name, s.cron, s.time_zone, s.every_ms, s.at, s.type, s.queue, s.priority, s.routed_by, s.tags, s.policies, s.metadata, s.payload, s.limit_keys, s.misfire,
       s.max_catch_up, s.overlap, s.start_at, s.end_at, s.max_runs, s.jitter_ms, s.pause_after_failures, s.is_declared, s.is_disabled, s.state, s.paused_because,
       s.anchor_at, s.next_due_at, s.next_due_offset_s, s.next_due_offset_at, s.next_due_offset_zone, s.waiting_due_at, s.missed, s.runs, s.last_due_at,
       s.last_job_id, s.live_jobs, s.counted_from, s.revision, s.created_at, s.updated_at
FROM (
    (SELECT s.* FROM jobservice.schedules s WHERE $2 AND s.name = $1)
    UNION ALL
    (SELECT s.* FROM jobservice.schedules s WHERE NOT $2 AND s.name > coalesce($1::text, '') ORDER BY s.name LIMIT $3)
) s
ORDER BY s.name
