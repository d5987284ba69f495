-- read_oldest_waits: how long the queued job has waited that runs first, of each lane of one queue, or of each: the longest of them.
-- $1 name text (null: each queue)
-- The lanes of limits are found by going from each that has a job to the next.
-- index lanes_pkey, ready_jobs_pkey, limit_lanes_pkey, one lookup a lane that has a job · locks nothing · rows: name, seconds of each queue that has a queued job
WITH RECURSIVE lane AS (
    SELECT -2147483648 AS queue_id, (-32768)::smallint AS rank, NULL::timestamptz AS ready_at
    UNION ALL
    SELECT next.* FROM lane l CROSS JOIN LATERAL (
        SELECT r.queue_id, r.rank, r.ready_at FROM jobservice.ready_jobs r WHERE (r.queue_id, r.rank) > (l.queue_id, l.rank) ORDER BY r.queue_id, r.rank, r.seq LIMIT 1
    ) next
    WHERE next.queue_id < 0
), first AS (
    SELECT l.queue_id, r.ready_at
    FROM jobservice.lanes l
    CROSS JOIN LATERAL (SELECT r.ready_at FROM jobservice.ready_jobs r WHERE r.queue_id = l.queue_id AND r.rank = l.rank ORDER BY r.seq LIMIT 1) r
    UNION ALL
    SELECT l.queue_id, lane.ready_at FROM lane JOIN jobservice.limit_lanes l ON l.id = lane.queue_id
)
SELECT q.name, date_part('epoch', jobservice.now() - min(first.ready_at))
FROM jobservice.queues q JOIN first ON first.queue_id = q.id
WHERE $1::text IS NULL OR q.name = $1
GROUP BY q.name
