-- read_lanes: every lane that has ever held a ready job, with the name of its queue, and the number of the settings by which it may be claimed from.
-- no parameters
-- locks nothing · rows: version, has_limited (whether any job ever named a limit key), queue_id, rank, name, is_paused, weight; without any lane the first two alone
SELECT s.version, EXISTS (SELECT FROM jobservice.limit_lanes) AS has_limited, l.queue_id, l.rank, l.name, l.is_paused, l.weight
FROM jobservice.claim_settings s
LEFT JOIN (SELECT l.queue_id, l.rank, q.name, q.paused_at IS NOT NULL AS is_paused, q.weight
           FROM jobservice.lanes l JOIN jobservice.queues q ON q.id = l.queue_id) l ON true
ORDER BY l.rank, l.queue_id
