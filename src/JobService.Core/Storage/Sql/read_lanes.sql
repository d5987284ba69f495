-- read_lanes: every lane that has ever held a ready job, with the name of its queue, the newest lane's number, and that of the settings by which they may be claimed from.
-- no parameters
-- index lanes_number_idx · locks nothing · rows: version, newest_lane, has_limited (whether any job ever named a limit key), queue_id, rank, name, is_paused, weight; without any lane the first three alone
SELECT s.version, (SELECT coalesce(max(l.number), 0) FROM jobservice.lanes l) AS newest_lane, EXISTS (SELECT FROM jobservice.limit_lanes) AS has_limited,
       l.queue_id, l.rank, l.name, l.is_paused, l.weight
FROM jobservice.claim_settings s
LEFT JOIN (SELECT l.queue_id, l.rank, q.name, q.paused_at IS NOT NULL AS is_paused, q.weight
           FROM jobservice.lanes l JOIN jobservice.queues q ON q.id = l.queue_id) l ON true
ORDER BY l.rank, l.queue_id
