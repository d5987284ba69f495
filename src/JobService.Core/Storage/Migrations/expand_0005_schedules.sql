-- A recurring rule, the template of its jobs, and where it stands. Exactly one of cron, every_ms and at is given.
CREATE TABLE jobservice.schedules (
    id                   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                 text NOT NULL UNIQUE,
    cron                 text,
    time_zone            text,
    every_ms             bigint,
    at                   timestamptz,
    type                 text NOT NULL,
    queue                text NOT NULL,
    priority             smallint NOT NULL,
    routed_by            text,
    tags                 jsonb,
    policies             json,                           -- null: the default ones
    metadata             json,
    payload              json NOT NULL,
    misfire              smallint NOT NULL,              -- 0 one job for all that were missed, 1 a job each, 2 none
    max_catch_up         int NOT NULL,
    overlap              smallint NOT NULL,              -- 0 skip, 1 allow, 2 queue one, 3 cancel the previous job
    start_at             timestamptz,
    end_at               timestamptz,
    max_runs             bigint,
    jitter_ms            bigint NOT NULL,
    pause_after_failures int,
    is_declared          boolean NOT NULL,
    state                smallint NOT NULL,              -- 0 active, 1 paused, 2 ended
    paused_because       text,
    anchor_at            timestamptz NOT NULL,           -- intervals count from it
    next_due_at          timestamptz,                    -- the first occurrence that is not decided; null: none any more
    waiting_due_at       timestamptz,                    -- the one that waits for the end of an earlier job
    missed               int NOT NULL,
    runs                 bigint NOT NULL,
    last_due_at          timestamptz,
    last_job_id          uuid,
    live_jobs            uuid[] NOT NULL,                -- not final when last looked at
    counted_from         timestamptz NOT NULL,           -- failures before it don't count
    revision             int NOT NULL,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    CONSTRAINT schedules_rule_check CHECK (num_nonnulls(cron, every_ms, at) = 1 AND (cron IS NULL) = (time_zone IS NULL)),
    CONSTRAINT schedules_state_check CHECK (state IN (0, 1, 2))
);

CREATE INDEX schedules_due_idx ON jobservice.schedules (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX schedules_waiting_idx ON jobservice.schedules (waiting_due_at) WHERE waiting_due_at IS NOT NULL;

-- What became of each occurrence: one row, whoever decided it. Its key is what makes an occurrence fire once.
CREATE TABLE jobservice.schedule_runs (
    schedule_id   int NOT NULL,
    due_at        timestamptz NOT NULL,
    kind          smallint NOT NULL,                     -- 0 an occurrence, 1 someone asked for a job there and then
    outcome       smallint NOT NULL,                     -- 0 fired, 1 missed, 2 overlapped, 3 waiting, 4 paused
    is_late       boolean NOT NULL,
    is_backfilled boolean NOT NULL,
    fired_at      timestamptz,
    job_id        uuid,
    PRIMARY KEY (schedule_id, due_at, kind),
    CONSTRAINT schedule_runs_job_check CHECK ((outcome = 0) = (job_id IS NOT NULL) AND (outcome = 0) = (fired_at IS NOT NULL))
);

CREATE INDEX schedule_runs_due_at_idx ON jobservice.schedule_runs (due_at);

-- Which occurrence of which schedule a job is for, as JSON; null for all others.
ALTER TABLE jobservice.jobs ADD COLUMN schedule json;

CREATE OR REPLACE VIEW jobservice.job_views AS
SELECT j.id, t.name AS type, q.name AS queue, j.priority, j.created_at, coalesce(CASE s.state WHEN 2 THEN s.run_at END, j.run_at) AS run_at,
       j.expires_at, j.deadline_at, j.tags, j.metadata, j.payload, j.policies, j.routed_by, j.replay_of, j.trace_parent,
       j.attempts_forgiven, j.revision, j.is_erased,
       f.state AS finished_state, r.id AS running_id, s.state AS scheduled_state,
       coalesce(f.attempt, r.attempt, s.attempt, d.attempt, 0) AS attempt,
       coalesce(f.crashes, r.crashes, s.crashes, d.crashes, 0::smallint) AS crashes,
       coalesce(f.started_at, r.started_at, l.started_at) AS started_at,
       f.finished_at, f.reason, CASE WHEN f.result_until <= jobservice.now() THEN NULL ELSE f.result END AS result,
       coalesce(f.result_until <= jobservice.now(), false) AS is_result_gone,
       CASE s.state WHEN 5 THEN s.run_at END AS next_retry_at,
       coalesce(f.cancel_requested_at, r.cancel_requested_at) AS cancel_requested_at, r.cancel_reason, w.name AS worker,
       e.attempt AS error_attempt, e.failure AS error_failure, e.error_type, e.message AS error_message, e.stack AS error_stack,
       e.started_at AS error_started_at, e.finished_at AS error_at, ew.name AS error_worker, j.created_by, j.schedule
FROM jobservice.jobs j
JOIN jobservice.job_types t ON t.id = j.type_id
JOIN jobservice.queues q ON q.id = j.queue_id
LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
LEFT JOIN jobservice.running_jobs r ON r.id = j.id
LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
LEFT JOIN jobservice.ready_jobs d ON d.id = j.id AND (d.flags & 1) = 1
LEFT JOIN LATERAL (SELECT * FROM jobservice.attempts a WHERE a.id = j.id AND a.failure <= 4 ORDER BY a.attempt DESC LIMIT 1) e ON true
LEFT JOIN LATERAL (
    SELECT a.started_at, a.worker_id FROM jobservice.attempts a
    WHERE a.id = j.id AND f.started_at IS NULL AND r.id IS NULL ORDER BY a.attempt DESC LIMIT 1
) l ON true
LEFT JOIN jobservice.workers w ON w.id = coalesce(l.worker_id, f.worker_id, r.worker_id)
LEFT JOIN jobservice.workers ew ON ew.id = e.worker_id;
