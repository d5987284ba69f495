-- Sequences: of the jobs of a key one at a time runs, in the order in which they were enqueued. Only the job whose turn it is, the head, is ever scheduled, ready or running;
-- the others wait in blocked_jobs. What ends a head says so in sequence_ends, in the statement that ends it, and whoever comes by lets the next one go. A job without a sequence
-- touches none of these tables.

-- A row a key with a head. Whoever puts a job behind others, or lets one go, locks it first, so that positions are in the order of commits.
CREATE TABLE jobservice.sequences (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key     text COLLATE "C" NOT NULL UNIQUE,
    head_id uuid UNIQUE,                 -- whose turn it is; null: nobody's, the key was only locked so far
    held_at timestamptz,                 -- since when the failure of its head holds the others up; null: it does not
    CONSTRAINT sequences_held_at_check CHECK (held_at IS NULL OR head_id IS NOT NULL)
) WITH (fillfactor = 70);

CREATE INDEX sequences_held_idx ON jobservice.sequences (key) WHERE held_at IS NOT NULL;

CREATE SEQUENCE jobservice.blocked_seq;

-- What waits behind the head of its sequence, as it will be scheduled or ready.
CREATE TABLE jobservice.blocked_jobs (
    id            uuid NOT NULL PRIMARY KEY,
    sequence_id   bigint NOT NULL,
    position      bigint NOT NULL,
    run_at        timestamptz NOT NULL,
    queue_id      int NOT NULL,
    type_id       int NOT NULL,
    hard_limit_ms int NOT NULL,
    attempt       int NOT NULL,
    rank          smallint NOT NULL,
    flags         smallint NOT NULL,     -- as in ready_jobs: 2: it is of a sequence; 4: its failure lets the next one go
    UNIQUE (sequence_id, position)
);

-- A job that was ready, scheduled or running, and of a sequence, has ended: it may have been the head. A row stays until someone has seen to it.
CREATE TABLE jobservice.sequence_ends (
    ended_at  timestamptz NOT NULL DEFAULT jobservice.now(),
    seq       bigint GENERATED ALWAYS AS IDENTITY,
    job_id    uuid NOT NULL,
    state     smallint,                  -- how; null: it was deleted
    is_passed boolean NOT NULL,          -- should it have failed, the next one goes all the same
    PRIMARY KEY (ended_at, seq)
);

ALTER TABLE jobservice.sequences SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 2000000000, autovacuum_analyze_scale_factor = 100);
ALTER TABLE jobservice.blocked_jobs SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 2000000000, autovacuum_analyze_scale_factor = 100);
ALTER TABLE jobservice.sequence_ends SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 2000000000, autovacuum_analyze_scale_factor = 100);

-- The flags of a job by its policies: 0, or 2 of a sequence, and 4 more where its failure lets the next one go.
CREATE FUNCTION jobservice.sequence_flags(policies json) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN policies->'sequence' IS NULL THEN 0 WHEN policies->'sequence'->>'onFailure' = 'Skip' THEN 6 ELSE 2 END::smallint
$$;

-- How many wait behind the heads of sequences is told as the other states are.
ALTER TABLE jobservice.queue_depths ADD COLUMN blocked bigint NOT NULL DEFAULT 0;

ALTER TABLE jobservice.stat_minutes ADD COLUMN blocked_change int NOT NULL DEFAULT 0;

CREATE OR REPLACE VIEW jobservice.current_depths AS
SELECT queue_id, sum(scheduled)::bigint AS scheduled, sum(queued)::bigint AS queued, sum(running)::bigint AS running, sum(retrying)::bigint AS retrying,
       sum(blocked)::bigint AS blocked
FROM (
    SELECT queue_id, scheduled, queued, running, retrying, blocked FROM jobservice.queue_depths
    UNION ALL
    SELECT d.queue_id,
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 2)::int - (d.from_state IS NOT DISTINCT FROM 2)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 3)::int - (d.from_state IS NOT DISTINCT FROM 3)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 4)::int - (d.from_state IS NOT DISTINCT FROM 4)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 5)::int - (d.from_state IS NOT DISTINCT FROM 5)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 1)::int - (d.from_state IS NOT DISTINCT FROM 1)::int)
    FROM jobservice.stat_deltas d
    WHERE d.at > (SELECT unfolded_from FROM jobservice.stat_folds)
) told
GROUP BY queue_id;

CREATE OR REPLACE VIEW jobservice.job_views AS
SELECT j.id, t.name AS type, q.name AS queue, j.priority, j.created_at, coalesce(CASE s.state WHEN 2 THEN s.run_at END, j.run_at) AS run_at,
       j.expires_at, j.deadline_at, j.tags, j.metadata, j.payload, j.policies, j.routed_by, j.replay_of, j.trace_parent,
       j.attempts_forgiven, j.revision, j.is_erased,
       f.state AS finished_state, r.id AS running_id, s.state AS scheduled_state,
       coalesce(f.attempt, r.attempt, s.attempt, d.attempt, b.attempt, 0) AS attempt,
       coalesce(f.crashes, r.crashes, s.crashes, d.crashes, 0::smallint) AS crashes,
       coalesce(f.started_at, r.started_at, l.started_at) AS started_at,
       f.finished_at, f.reason, CASE WHEN f.result_until <= jobservice.now() THEN NULL ELSE f.result END AS result,
       coalesce(f.result_until <= jobservice.now(), false) AS is_result_gone,
       CASE s.state WHEN 5 THEN s.run_at END AS next_retry_at,
       coalesce(f.cancel_requested_at, r.cancel_requested_at) AS cancel_requested_at, r.cancel_reason, w.name AS worker,
       e.attempt AS error_attempt, e.failure AS error_failure, e.error_type, e.message AS error_message, e.stack AS error_stack,
       e.started_at AS error_started_at, e.finished_at AS error_at, ew.name AS error_worker, j.created_by, j.schedule, lane.keys AS limit_keys, b.id AS blocked_id
FROM jobservice.jobs j
JOIN jobservice.job_types t ON t.id = j.type_id
JOIN jobservice.queues q ON q.id = j.queue_id
LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
LEFT JOIN jobservice.running_jobs r ON r.id = j.id
LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
LEFT JOIN jobservice.ready_jobs d ON d.id = j.id AND (d.flags & 1) = 1
LEFT JOIN jobservice.blocked_jobs b ON b.id = j.id
LEFT JOIN LATERAL (SELECT * FROM jobservice.attempts a WHERE a.id = j.id AND a.failure <= 4 ORDER BY a.attempt DESC LIMIT 1) e ON true
LEFT JOIN LATERAL (
    SELECT a.started_at, a.worker_id FROM jobservice.attempts a
    WHERE a.id = j.id AND f.started_at IS NULL AND r.id IS NULL ORDER BY a.attempt DESC LIMIT 1
) l ON true
LEFT JOIN jobservice.limit_lanes lane ON lane.id = j.lane_id
LEFT JOIN jobservice.workers w ON w.id = coalesce(l.worker_id, f.worker_id, r.worker_id)
LEFT JOIN jobservice.workers ew ON ew.id = e.worker_id;
