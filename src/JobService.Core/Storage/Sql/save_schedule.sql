-- save_schedule: store a schedule as it is to be; one that was made meanwhile is left alone. One of a name that was deleted goes on as that one.
-- $1 name text · $2 cron text · $3 time_zone text · $4 every_ms bigint · $5 at timestamptz · $6 type text · $7 queue text · $8 priority smallint · $9 routed_by text
-- $10 tags jsonb · $11 policies json · $12 metadata json · $13 payload json · $14 misfire smallint · $15 max_catch_up int · $16 overlap smallint
-- $17 start_at timestamptz · $18 end_at timestamptz · $19 max_runs bigint · $20 jitter_ms bigint · $21 pause_after_failures int · $22 is_declared boolean
-- $23 state smallint · $24 paused_because text · $25 anchor_at timestamptz · $26 next_due_at timestamptz · $27 waiting_due_at timestamptz · $28 missed int · $29 runs bigint
-- $30 last_due_at timestamptz · $31 last_job_id uuid · $32 live_jobs uuid[] · $33 counted_from timestamptz · $34 revision int · $35 created_at timestamptz
-- $36 updated_at timestamptz · $37 is_disabled boolean · $38 next_due_offset_s int · $39 limit_keys text[]
-- $40 known_id int (the row it was read from; null: there was none)
-- The offset is stored with the instant and the zone that it is of: an earlier version changes these and leaves it behind.
-- index schedules_name_key, deleted_schedules_pkey · locks its row · rows: one where it was stored: when the first of its name was made
WITH revived AS (
    DELETE FROM jobservice.deleted_schedules WHERE name = $1 RETURNING id, created_at
)
INSERT INTO jobservice.schedules AS s (
    id, name, cron, time_zone, every_ms, at, type, queue, priority, routed_by, tags, policies, metadata, payload, misfire, max_catch_up, overlap,
    start_at, end_at, max_runs, jitter_ms, pause_after_failures, is_declared, state, paused_because, anchor_at, next_due_at, waiting_due_at, missed, runs,
    last_due_at, last_job_id, live_jobs, counted_from, revision, created_at, updated_at, is_disabled, next_due_offset_s,
    next_due_offset_at, next_due_offset_zone, limit_keys)
OVERRIDING SYSTEM VALUE
VALUES (coalesce((SELECT id FROM revived), nextval('jobservice.schedules_id_seq')), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34,
        coalesce((SELECT created_at FROM revived), $35), $36, $37, $38, $26, $3, $39)
ON CONFLICT (name) DO UPDATE
SET cron = excluded.cron, time_zone = excluded.time_zone, every_ms = excluded.every_ms, at = excluded.at, type = excluded.type, queue = excluded.queue,
    priority = excluded.priority, routed_by = excluded.routed_by, tags = excluded.tags, policies = excluded.policies, metadata = excluded.metadata,
    payload = excluded.payload, misfire = excluded.misfire, max_catch_up = excluded.max_catch_up, overlap = excluded.overlap, start_at = excluded.start_at,
    end_at = excluded.end_at, max_runs = excluded.max_runs, jitter_ms = excluded.jitter_ms, pause_after_failures = excluded.pause_after_failures,
    is_declared = excluded.is_declared, state = excluded.state, paused_because = excluded.paused_because, anchor_at = excluded.anchor_at,
    next_due_at = excluded.next_due_at, waiting_due_at = excluded.waiting_due_at, missed = excluded.missed, runs = excluded.runs, last_due_at = excluded.last_due_at,
    last_job_id = excluded.last_job_id, live_jobs = excluded.live_jobs, counted_from = excluded.counted_from, revision = excluded.revision,
    updated_at = excluded.updated_at, is_disabled = excluded.is_disabled, next_due_offset_s = excluded.next_due_offset_s,
    next_due_offset_at = excluded.next_due_offset_at, next_due_offset_zone = excluded.next_due_offset_zone, limit_keys = excluded.limit_keys
WHERE s.id = $40
RETURNING s.created_at
