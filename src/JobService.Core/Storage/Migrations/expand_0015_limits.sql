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
    SET pattern = l.pattern, max_running = l.max_running, rate_interval_us = l.interval_us, rate_burst = l.rate_burst, is_paused = coalesce(l.is_paused, false)
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
