-- The first schema. A state is a table, not a column: a job's body stays where it was written, and small rows move between
-- ready_jobs, scheduled_jobs, running_jobs and finished_jobs. No foreign keys, no triggers, no GIN on what moves.

CREATE SCHEMA IF NOT EXISTS jobservice;

-- The one clock. Everything that is due or has expired is so by this function; tests replace it to move time.
CREATE FUNCTION jobservice.now() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN statement_timestamp();

-- The smallest UUID of version 7 that can be made at an instant: where a day's partition begins.
CREATE FUNCTION jobservice.first_id(at timestamptz) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid;

-- Names, interned: moving rows carry four bytes in their place.
CREATE TABLE jobservice.queues (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT jobservice.now()
);

CREATE TABLE jobservice.job_types (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT jobservice.now()
);

-- Which (queue, rank) pairs have ever held a ready job, so that claimers know where to look. rank is 9 - priority;
-- 100 more than that is where suspects wait, jobs whose worker was lost more than once.
CREATE TABLE jobservice.lanes (
    queue_id int NOT NULL,
    rank     smallint NOT NULL,
    PRIMARY KEY (queue_id, rank),
    CONSTRAINT lanes_rank_check CHECK (rank BETWEEN 0 AND 9 OR rank BETWEEN 100 AND 109)
);

-- The body of a job. Written once; a cancel, an edit or a retry by hand may touch it.
CREATE TABLE jobservice.jobs (
    id                uuid NOT NULL PRIMARY KEY,
    created_at        timestamptz NOT NULL,
    run_at            timestamptz NOT NULL,
    expires_at        timestamptz,
    deadline_at       timestamptz,
    seq               bigint,            -- of its first ready row, which is found by it; null when it was not ready at once
    type_id           int NOT NULL,
    queue_id          int NOT NULL,
    hard_limit_ms     int NOT NULL,
    attempts_forgiven int NOT NULL DEFAULT 0,
    revision          int NOT NULL DEFAULT 0,
    priority          smallint NOT NULL,
    is_erased         boolean NOT NULL DEFAULT false,
    replay_of         uuid,
    routed_by         text,
    trace_parent      text,
    trace_state       text,
    tags              jsonb,
    policies          json,              -- null: the default ones
    metadata          json,
    payload           json NOT NULL,     -- verbatim
    CONSTRAINT jobs_priority_check CHECK (priority BETWEEN 0 AND 9)
) PARTITION BY RANGE (id);

CREATE SEQUENCE jobservice.ready_seq;

-- What may run now. The primary key is the order of running and the only index a plain job pays for.
CREATE TABLE jobservice.ready_jobs (
    seq           bigint NOT NULL,
    id            uuid NOT NULL,
    queue_id      int NOT NULL,
    type_id       int NOT NULL,
    hard_limit_ms int NOT NULL,
    attempt       int NOT NULL,          -- runs so far
    rank          smallint NOT NULL,
    crashes       smallint NOT NULL,
    flags         smallint NOT NULL,     -- 1: it came from another state, so jobs.seq does not find it
    PRIMARY KEY (queue_id, rank, seq)
);

CREATE INDEX ready_jobs_moved_idx ON jobservice.ready_jobs (id) WHERE (flags & 1) = 1;

-- What a worker runs under its lease. lease_token is the seq of the ready row the claim took.
CREATE TABLE jobservice.running_jobs (
    id                  uuid NOT NULL PRIMARY KEY,
    lease_token         bigint NOT NULL,
    started_at          timestamptz NOT NULL,
    cancel_requested_at timestamptz,
    worker_id           int NOT NULL,
    queue_id            int NOT NULL,
    type_id             int NOT NULL,
    hard_limit_ms       int NOT NULL,    -- the attempt's deadline is started_at plus this
    attempt             int NOT NULL,
    rank                smallint NOT NULL,
    crashes             smallint NOT NULL,
    flags               smallint NOT NULL,
    cancel_reason       text
);

-- What has a future run_at: 2 scheduled, 5 retrying.
CREATE TABLE jobservice.scheduled_jobs (
    run_at        timestamptz NOT NULL,
    id            uuid NOT NULL,
    queue_id      int NOT NULL,
    type_id       int NOT NULL,
    hard_limit_ms int NOT NULL,
    attempt       int NOT NULL,
    rank          smallint NOT NULL,
    crashes       smallint NOT NULL,
    flags         smallint NOT NULL,
    state         smallint NOT NULL,
    PRIMARY KEY (run_at, id),
    CONSTRAINT scheduled_jobs_state_check CHECK (state IN (2, 5))
);

CREATE UNIQUE INDEX scheduled_jobs_id_idx ON jobservice.scheduled_jobs (id);

-- Jobs with an end to their waiting; a job without one pays nothing for it.
CREATE TABLE jobservice.expiring_jobs (
    expires_at timestamptz NOT NULL,
    id         uuid NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (expires_at, id)
);

-- How a job ended: 6 succeeded, 7 failed, 8 cancelled. A job is live as long as it has no row here.
CREATE TABLE jobservice.finished_jobs (
    id           uuid NOT NULL PRIMARY KEY,
    finished_at  timestamptz NOT NULL,
    started_at   timestamptz,            -- null: it never ran
    result_until timestamptz,            -- null: as long as the row
    worker_id    int,
    attempt      int NOT NULL,
    crashes      smallint NOT NULL,
    state        smallint NOT NULL,
    reason       text,
    result       json,
    CONSTRAINT finished_jobs_state_check CHECK (state IN (6, 7, 8)),
    CONSTRAINT finished_jobs_reason_check CHECK ((state = 6) = (reason IS NULL))
) PARTITION BY RANGE (id);

CREATE INDEX finished_jobs_unsuccessful_idx ON jobservice.finished_jobs (id) WHERE state <> 6;
CREATE INDEX finished_jobs_result_until_idx ON jobservice.finished_jobs (result_until) WHERE result_until IS NOT NULL AND result IS NOT NULL;
CREATE INDEX finished_jobs_finished_at_idx ON jobservice.finished_jobs USING brin (finished_at);

-- One row an attempt that did not end well: 1 failed, 2 timed out, 3 lost, 4 abandoned.
CREATE TABLE jobservice.attempts (
    id          uuid NOT NULL,
    attempt     int NOT NULL,
    failure     smallint NOT NULL,
    worker_id   int NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    error_type  text NOT NULL,
    message     text NOT NULL,
    stack       text,
    PRIMARY KEY (id, attempt),
    CONSTRAINT attempts_failure_check CHECK (failure BETWEEN 1 AND 4)
) PARTITION BY RANGE (id);

CREATE SEQUENCE jobservice.event_seq;

-- What happened to a job beside its attempts: who cancelled, edited or restarted it, and what was given back.
CREATE TABLE jobservice.job_events (
    id     uuid NOT NULL,
    seq    bigint NOT NULL DEFAULT nextval('jobservice.event_seq'),
    at     timestamptz NOT NULL,
    kind   text NOT NULL,
    actor  text,
    detail text,
    PRIMARY KEY (id, seq)
) PARTITION BY RANGE (id);

-- One row a boot of a worker process: the lease under which it runs everything it claimed.
CREATE TABLE jobservice.workers (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL,
    host        text NOT NULL,
    version     text NOT NULL,
    pid         int NOT NULL,
    slots       int NOT NULL,
    queues      text[] NOT NULL,
    types       text[] NOT NULL,
    state       text NOT NULL DEFAULT 'running',
    started_at  timestamptz NOT NULL,
    beat_at     timestamptz NOT NULL,
    lease_until timestamptz NOT NULL,
    ended_at    timestamptz,             -- left, or was found dead; its lease holds nothing any more
    CONSTRAINT workers_state_check CHECK (state IN ('running', 'draining', 'stopped', 'lost')),
    CONSTRAINT workers_ended_check CHECK ((state IN ('stopped', 'lost')) = (ended_at IS NOT NULL))
);

CREATE INDEX workers_live_idx ON jobservice.workers (lease_until) WHERE ended_at IS NULL;

-- Tables whose rows live for moments are vacuumed early and without pauses, and never analyzed: their statistics would
-- describe a moment, and the plans that read them must not follow it.
ALTER TABLE jobservice.ready_jobs SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 2000000000, autovacuum_analyze_scale_factor = 100);
ALTER TABLE jobservice.running_jobs SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 2000000000, autovacuum_analyze_scale_factor = 100);
ALTER TABLE jobservice.scheduled_jobs SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0);

-- The day a job was made in, as the number of days since 1970: the key of the advisory lock that keeps a job of an old day
-- from being restarted while that day is being retired.
CREATE FUNCTION jobservice.day_of(id uuid) RETURNS int
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 86400000)::int;

-- Makes the partitions of every partitioned table for one UTC day; nothing happens where they exist.
CREATE FUNCTION jobservice.create_partitions(day date) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    parent text;
BEGIN
    -- One process at a time: two that look at once would both find the day missing.
    PERFORM pg_advisory_xact_lock(1785684577);
    FOREACH parent IN ARRAY ARRAY['jobs', 'finished_jobs', 'attempts', 'job_events'] LOOP
        IF to_regclass(format('jobservice.%I', parent || '_' || to_char(day, 'YYYYMMDD'))) IS NULL THEN
            EXECUTE format('CREATE TABLE jobservice.%I PARTITION OF jobservice.%I FOR VALUES FROM (%L) TO (%L)',
                parent || '_' || to_char(day, 'YYYYMMDD'), parent,
                jobservice.first_id(day::timestamp AT TIME ZONE 'UTC'), jobservice.first_id((day + 1)::timestamp AT TIME ZONE 'UTC'));
        END IF;
    END LOOP;
END $$;

-- A job as anyone may read it, whatever table its state is.
CREATE VIEW jobservice.job_views AS
SELECT j.id, t.name AS type, q.name AS queue, j.priority, j.created_at, coalesce(CASE s.state WHEN 2 THEN s.run_at END, j.run_at) AS run_at,
       j.expires_at, j.deadline_at, j.tags, j.metadata, j.payload, j.policies, j.routed_by, j.replay_of, j.trace_parent,
       j.attempts_forgiven, j.revision, j.is_erased,
       f.state AS finished_state, r.id AS running_id, s.state AS scheduled_state,
       coalesce(f.attempt, r.attempt, s.attempt, d.attempt, 0) AS attempt,
       coalesce(f.crashes, r.crashes, s.crashes, d.crashes, 0::smallint) AS crashes,
       coalesce(f.started_at, r.started_at) AS started_at,
       f.finished_at, f.reason, CASE WHEN f.result_until <= jobservice.now() THEN NULL ELSE f.result END AS result,
       coalesce(f.result_until <= jobservice.now(), false) AS is_result_gone,
       CASE s.state WHEN 5 THEN s.run_at END AS next_retry_at,
       r.cancel_requested_at, r.cancel_reason, w.name AS worker,
       e.attempt AS error_attempt, e.failure AS error_failure, e.error_type, e.message AS error_message, e.stack AS error_stack,
       e.started_at AS error_started_at, e.finished_at AS error_at, ew.name AS error_worker
FROM jobservice.jobs j
JOIN jobservice.job_types t ON t.id = j.type_id
JOIN jobservice.queues q ON q.id = j.queue_id
LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
LEFT JOIN jobservice.running_jobs r ON r.id = j.id
LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
LEFT JOIN jobservice.ready_jobs d ON d.id = j.id AND (d.flags & 1) = 1
LEFT JOIN LATERAL (SELECT * FROM jobservice.attempts a WHERE a.id = j.id ORDER BY a.attempt DESC LIMIT 1) e ON true
LEFT JOIN jobservice.workers w ON w.id = coalesce(f.worker_id, r.worker_id)
LEFT JOIN jobservice.workers ew ON ew.id = e.worker_id;
