-- save_queue: replace the settings of a queue, or make it with them. The same again change nothing. Claims learn of a weight within a second, as they read the lanes.
-- $1 name text · $2 weight int · $3 keep_ms bigint
-- index queues_name_key · locks its row · rows: the queue, and whether it is new
INSERT INTO jobservice.queues AS q (name, weight, keep_ms) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE
SET weight = excluded.weight, keep_ms = excluded.keep_ms,
    updated_at = CASE WHEN (q.weight, q.keep_ms) IS DISTINCT FROM (excluded.weight, excluded.keep_ms) THEN jobservice.now() ELSE q.updated_at END
RETURNING q.name, q.created_at, coalesce(q.updated_at, q.created_at) AS updated_at, q.weight, q.keep_ms, q.paused_at, q.paused_because, q.paused_by,
          q.xmax = 0 AS is_new
