-- read_queue: a queue as people set it.
-- $1 name text
-- index queues_name_key · locks nothing · rows: one, if there is such a queue
SELECT q.name, q.created_at, coalesce(q.updated_at, q.created_at) AS updated_at, q.weight, q.keep_ms, q.paused_at, q.paused_because, q.paused_by
FROM jobservice.queues q
WHERE q.name = $1
