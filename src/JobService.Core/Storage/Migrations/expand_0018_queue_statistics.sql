-- What queues are doing, without ever counting their jobs: each statement that moves jobs notes what it moved, and a fold adds the notes up. A note is written in the
-- transaction of the moves it tells of, so that the sums are right whatever dies and whenever. Who runs the version before this one notes nothing: what is off
-- by that is found out by a count from time to time, which is also what begins the sums.

-- Since when a job may run. How long it waited is told from it by the claim.
ALTER TABLE jobservice.ready_jobs ADD COLUMN ready_at timestamptz NOT NULL DEFAULT jobservice.now();

-- So many jobs of a queue went from one state to another. A row a statement, a queue and a kind of move, which stays until it is folded.
CREATE TABLE jobservice.stat_deltas (
    at         timestamptz NOT NULL DEFAULT jobservice.now(),
    queue_id   int NOT NULL,
    jobs       int NOT NULL,
    from_state smallint,                                 -- null: they were made, or came from another queue; 0: none, a count found them or, below zero, missed them
    to_state   smallint,                                 -- null: they were removed, or went to another queue
    bucket     smallint                                  -- of a claim, how long they had waited; of the end of an attempt, how long it ran; see bucket_of
);

CREATE INDEX stat_deltas_at_idx ON jobservice.stat_deltas (at);

ALTER TABLE jobservice.stat_deltas SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 2000000000, autovacuum_analyze_scale_factor = 100);

-- How many jobs of a queue are in each state, as far as is folded.
CREATE TABLE jobservice.queue_depths (
    queue_id  int NOT NULL PRIMARY KEY,
    scheduled bigint NOT NULL,
    queued    bigint NOT NULL,
    running   bigint NOT NULL,
    retrying  bigint NOT NULL
) WITH (fillfactor = 50);

-- What happened in a queue in a minute in which something did, as far as is folded. Everything in it adds up, so that what is committed late is added where it belongs: the depth
-- at the end of a minute is the one of now without what changed since.
CREATE TABLE jobservice.stat_minutes (
    queue_id         int NOT NULL,
    minute           timestamptz NOT NULL,
    enqueued         int NOT NULL,                       -- came in: made, restarted by hand, or moved here
    started          int NOT NULL,
    succeeded        int NOT NULL,
    failed           int NOT NULL,
    cancelled        int NOT NULL,
    retried          int NOT NULL,                       -- attempts that failed or were lost, and whose jobs run again
    scheduled_change int NOT NULL,
    queued_change    int NOT NULL,
    running_change   int NOT NULL,
    retrying_change  int NOT NULL,
    waits            int[] NOT NULL,                     -- claims by bucket, from bucket 0 to the last that has one
    runs             int[] NOT NULL,                     -- ended attempts, likewise
    PRIMARY KEY (queue_id, minute)
) WITH (fillfactor = 80);

-- Where folding and counting stand. One row.
CREATE TABLE jobservice.stat_folds (
    is_only       boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (is_only),
    unfolded_from timestamptz NOT NULL,                  -- what is older is folded, but for what was committed very late
    counted_at    timestamptz                            -- null: never
) WITH (fillfactor = 50);

INSERT INTO jobservice.stat_folds (unfolded_from) VALUES ('-infinity');

-- The queue of a job that waits in the lane of this number: a queue's own, or, below zero, one of limits.
CREATE FUNCTION jobservice.queue_of(lane int) RETURNS int
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN lane > 0 THEN lane ELSE (SELECT l.queue_id FROM jobservice.limit_lanes l WHERE l.id = lane) END;

-- The bucket of a duration: 0 up to 1 ms, from then on two for each doubling, the last one for all of 9 days and more.
CREATE FUNCTION jobservice.bucket_of(duration interval) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN least(ceil(2 / ln(2::float8) * ln(greatest(1000 * date_part('epoch', duration), 1))), 60)::smallint;

-- The sum of two histograms, of which one may be shorter.
CREATE FUNCTION jobservice.add_counts(one int[], other int[]) RETURNS int[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT coalesce(array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY n), '{}') FROM unnest(one, other) WITH ORDINALITY AS counts(a, b, n));

CREATE AGGREGATE jobservice.sum_counts(int[]) (SFUNC = jobservice.add_counts, STYPE = int[], INITCOND = '{}');

-- How many jobs of a queue are in each state: what is folded, and what is not yet.
CREATE VIEW jobservice.current_depths AS
SELECT queue_id, sum(scheduled)::bigint AS scheduled, sum(queued)::bigint AS queued, sum(running)::bigint AS running, sum(retrying)::bigint AS retrying
FROM (
    SELECT queue_id, scheduled, queued, running, retrying FROM jobservice.queue_depths
    UNION ALL
    SELECT d.queue_id,
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 2)::int - (d.from_state IS NOT DISTINCT FROM 2)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 3)::int - (d.from_state IS NOT DISTINCT FROM 3)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 4)::int - (d.from_state IS NOT DISTINCT FROM 4)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 5)::int - (d.from_state IS NOT DISTINCT FROM 5)::int)
    FROM jobservice.stat_deltas d
    WHERE d.at > (SELECT unfolded_from FROM jobservice.stat_folds)
) told
GROUP BY queue_id;
