-- Limits: how many jobs of a key may run at once, and how many may start in a time. A key is of a queue (queue:low), of a type (type:email.send) or what a job names
-- (tenant:42); a limit is set for one key, or for all that begin alike (tenant:*).

CREATE TABLE jobservice.limits (
    pattern          text NOT NULL PRIMARY KEY,          -- a key, or the beginning of many and a star
    max_running      int,                                -- null: any number
    rate_limit       int,                                -- so many may start in rate_per_us; null: any number
    rate_per_us      bigint,
    rate_burst       int,
    is_paused        boolean NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT limits_rate_check CHECK (num_nulls(rate_limit, rate_per_us, rate_burst) IN (0, 3))
);

-- Every key that is limited or that a job has named, with what holds for it now. Whoever claims a job of a limited key locks its row first.
CREATE TABLE jobservice.limit_keys (
    id               int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key              text NOT NULL UNIQUE,
    pattern          text,                               -- of the limit that holds; null: none, the key lets everything through
    max_running      int,
    rate_interval_us bigint,                             -- between two starts, once the burst is used up
    rate_burst       int,
    is_paused        boolean NOT NULL DEFAULT false,
    next_start_at    timestamptz                         -- the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371)
) WITH (fillfactor = 50);

CREATE INDEX limit_keys_key_idx ON jobservice.limit_keys (key text_pattern_ops);

-- What runs under a key: a row a claim. It counts as long as that claim runs, so whatever ends it, by whatever statement, leaves nothing behind that counts; the row is
-- taken away by the next one that claims under the key.
CREATE TABLE jobservice.limit_holds (
    key_id      int NOT NULL,
    id          uuid NOT NULL,
    lease_token bigint NOT NULL,
    PRIMARY KEY (key_id, id, lease_token)
);

ALTER TABLE jobservice.limit_holds SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 2000000000, autovacuum_analyze_scale_factor = 100);

-- Where jobs of a queue wait that name the same keys. A lane is to ready_jobs what a queue is: its number, below zero, stands in queue_id.
CREATE TABLE jobservice.limit_lanes (
    id       int GENERATED ALWAYS AS IDENTITY (START WITH -1 INCREMENT BY -1 MINVALUE -2147483648 MAXVALUE -1) PRIMARY KEY,
    queue_id int NOT NULL,
    type_id  int NOT NULL,
    keys     text[] NOT NULL,                            -- those the jobs name, in order
    key_ids  int[] NOT NULL,                             -- of these, of the queue and of the type
    UNIQUE (queue_id, type_id, keys)
);

-- The lane of a job that names keys; null of all others. It is found there while it waits.
ALTER TABLE jobservice.jobs ADD COLUMN lane_id int;

-- Which lanes got something since: a job without keys pays nothing for it.
CREATE INDEX ready_jobs_limited_idx ON jobservice.ready_jobs (seq) WHERE queue_id < 0;

-- Gives each key its row, and what holds for it: of the limits that are of the key the longest, the key's own before all.
CREATE FUNCTION jobservice.settle_limit_keys(settled text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO jobservice.limit_keys (key) SELECT DISTINCT k FROM unnest(settled) AS k ORDER BY k ON CONFLICT (key) DO NOTHING;
    UPDATE jobservice.limit_keys k
    SET pattern = l.pattern, max_running = l.max_running, rate_interval_us = l.interval_us, rate_burst = l.rate_burst, is_paused = coalesce(l.is_paused, false),
        next_start_at = CASE
            WHEN l.interval_us IS NULL THEN NULL
            WHEN k.next_start_at > jobservice.now() + l.rate_burst * l.interval_us * interval '1 microsecond' THEN jobservice.now() + l.rate_burst * l.interval_us * interval '1 microsecond'
            ELSE k.next_start_at
        END
    FROM (SELECT id, key FROM jobservice.limit_keys WHERE key = ANY (settled) ORDER BY id FOR UPDATE) given
    LEFT JOIN LATERAL (
        SELECT l.*, (l.rate_per_us + l.rate_limit - 1) / l.rate_limit AS interval_us
        FROM jobservice.limits l
        WHERE l.pattern = given.key
           OR l.pattern = ANY (ARRAY(SELECT left(given.key, n) || '*' FROM generate_series(0, length(given.key)) AS n))
        ORDER BY l.pattern = given.key DESC, length(l.pattern) DESC
        LIMIT 1
    ) l ON true
    WHERE k.id = given.id
      AND (k.pattern, k.max_running, k.rate_interval_us, k.rate_burst, k.is_paused)
          IS DISTINCT FROM (l.pattern, l.max_running, l.interval_us, l.rate_burst, coalesce(l.is_paused, false));
END $$;

-- Gives each set of keys of a queue and a type its lane. Nobody sets a limit meanwhile, so that it is not missed by a key that is new.
CREATE FUNCTION jobservice.intern_limit_lanes(queue_ids int[], type_ids int[], named text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1785684577, -3);
    PERFORM jobservice.settle_limit_keys(ARRAY(
        SELECT k.key
        FROM (SELECT unnest(n::text[]) AS key FROM unnest(named) AS n
              UNION SELECT 'queue:' || q.name FROM jobservice.queues q WHERE q.id = ANY (queue_ids)
              UNION SELECT 'type:' || t.name FROM jobservice.job_types t WHERE t.id = ANY (type_ids)) k
        WHERE NOT EXISTS (SELECT FROM jobservice.limit_keys e WHERE e.key = k.key)));
    INSERT INTO jobservice.limit_lanes (queue_id, type_id, keys, key_ids)
    SELECT DISTINCT g.queue_id, g.type_id, g.keys::text[],
           ARRAY(SELECT k.id FROM jobservice.limit_keys k WHERE k.key = ANY (g.keys::text[] || ARRAY['queue:' || q.name, 'type:' || t.name]) ORDER BY k.id)
    FROM unnest(queue_ids, type_ids, named) AS g(queue_id, type_id, keys)
    JOIN jobservice.queues q ON q.id = g.queue_id
    JOIN jobservice.job_types t ON t.id = g.type_id
    WHERE NOT EXISTS (SELECT FROM jobservice.limit_lanes l WHERE l.queue_id = g.queue_id AND l.type_id = g.type_id AND l.keys = g.keys::text[])
    ORDER BY 1, 2, 3
    ON CONFLICT (queue_id, type_id, keys) DO NOTHING;
END $$;

-- Counts what runs under keys that were not counted so far. To be called while no claim is under way.
CREATE FUNCTION jobservice.hold_running_jobs(counted text[]) RETURNS void
    LANGUAGE sql VOLATILE AS $$
    INSERT INTO jobservice.limit_holds (key_id, id, lease_token)
    SELECT k.id, r.id, r.lease_token
    FROM jobservice.running_jobs r
    JOIN jobservice.job_types t ON t.id = r.type_id
    LEFT JOIN jobservice.limit_lanes l ON l.id = r.queue_id
    JOIN jobservice.queues q ON q.id = coalesce(l.queue_id, r.queue_id)
    JOIN jobservice.limit_keys k ON k.key = ANY (coalesce(l.keys, '{}') || ARRAY['queue:' || q.name, 'type:' || t.name])
    WHERE k.key = ANY (counted) AND k.max_running IS NOT NULL
    ON CONFLICT DO NOTHING;
$$;

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
       e.started_at AS error_started_at, e.finished_at AS error_at, ew.name AS error_worker, j.created_by, j.schedule, lane.keys AS limit_keys
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
LEFT JOIN jobservice.limit_lanes lane ON lane.id = j.lane_id
LEFT JOIN jobservice.workers w ON w.id = coalesce(l.worker_id, f.worker_id, r.worker_id)
LEFT JOIN jobservice.workers ew ON ew.id = e.worker_id;
