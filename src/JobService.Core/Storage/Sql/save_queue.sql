-- save_queue: replace the settings of a queue, or make it with them; how many of its jobs run and start is the limit of its key. The same again change nothing.
-- Before change_claim_settings, in its transaction, and followed by settle_limit behind that. Claims learn of a weight within a second, as they read the lanes.
-- $1 name text · $2 weight int · $3 keep_ms bigint · $4 max_depth int · $5 max_running int · $6 rate_limit int · $7 rate_per_us bigint · $8 rate_burst int
-- index queues_name_key, limits_pkey, routing_versions_pkey · locks its row, that of its limit and, where its depth becomes another, that of bounded_queues · rows: whether it is new
WITH before AS (
    SELECT q.max_depth FROM jobservice.queues q WHERE q.name = $1
), saved AS (
    INSERT INTO jobservice.queues AS q (name, weight, keep_ms, max_depth) VALUES ($1, $2, $3, $4)
    ON CONFLICT (name) DO UPDATE
    SET weight = excluded.weight, keep_ms = excluded.keep_ms, max_depth = excluded.max_depth,
        updated_at = CASE
            WHEN (q.weight, q.keep_ms, q.max_depth) IS DISTINCT FROM (excluded.weight, excluded.keep_ms, excluded.max_depth)
              OR (SELECT (v.max_running, v.rate_limit, v.rate_per_us, v.rate_burst) FROM jobservice.queue_views v WHERE v.name = $1) IS DISTINCT FROM ($5::int, $6::int, $7::bigint, $8::int)
            THEN jobservice.now() ELSE q.updated_at END
    RETURNING q.xmax = 0 AS is_new
), lifted AS (
    DELETE FROM jobservice.limits l WHERE l.pattern = 'queue:' || $1 AND NOT l.is_paused AND num_nonnulls($5::int, $6::int) = 0
), limited AS (
    INSERT INTO jobservice.limits AS l (pattern, max_running, rate_limit, rate_per_us, rate_burst, is_paused, created_at, updated_at)
    SELECT 'queue:' || $1, $5, $6, $7, $8, coalesce((SELECT p.is_paused FROM jobservice.limits p WHERE p.pattern = 'queue:' || $1), false), jobservice.now(), jobservice.now()
    WHERE num_nonnulls($5::int, $6::int) > 0 OR EXISTS (SELECT FROM jobservice.limits p WHERE p.pattern = 'queue:' || $1 AND p.is_paused)
    ON CONFLICT (pattern) DO UPDATE
    SET max_running = excluded.max_running, rate_limit = excluded.rate_limit, rate_per_us = excluded.rate_per_us, rate_burst = excluded.rate_burst,
        updated_at = CASE
            WHEN (l.max_running, l.rate_limit, l.rate_per_us, l.rate_burst) IS DISTINCT FROM (excluded.max_running, excluded.rate_limit, excluded.rate_per_us, excluded.rate_burst)
            THEN jobservice.now() ELSE l.updated_at END
), told AS (
    UPDATE jobservice.routing_versions v SET version = v.version + 1
    WHERE v.name = 'bounded_queues' AND (SELECT max_depth FROM before) IS DISTINCT FROM $4
)
SELECT is_new FROM saved
