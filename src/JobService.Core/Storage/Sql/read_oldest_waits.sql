-- read_oldest_waits: how long the queued job has waited that runs first, of each lane of one queue, or of each: the longest of them.
-- $1 name text (null: each queue)
-- index lanes_pkey, ready_jobs_pkey, one lookup a lane · locks nothing · rows: name, seconds of each queue that has a queued job
SELECT q.name, date_part('epoch', jobservice.now() - min(first.ready_at))
FROM jobservice.queues q
JOIN jobservice.lanes l ON jobservice.queue_of(l.queue_id) = q.id
CROSS JOIN LATERAL (
    SELECT r.ready_at FROM jobservice.ready_jobs r WHERE r.queue_id = l.queue_id AND r.rank = l.rank ORDER BY r.seq LIMIT 1
) first
WHERE $1::text IS NULL OR q.name = $1
GROUP BY q.name
