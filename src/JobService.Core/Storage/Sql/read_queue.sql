-- read_queue: a queue as people set it.
-- $1 name text
-- index queues_name_key, limits_pkey · locks nothing · rows: one, if there is such a queue
SELECT q.name, q.created_at, q.updated_at, q.weight, q.keep_ms, q.max_depth, q.max_running, q.rate_limit, q.rate_per_us, q.rate_burst, q.paused_at, q.paused_because, q.paused_by
FROM jobservice.queue_views q
WHERE q.name = $1
