-- read_purge_lanes: the lanes of a queue, those of its limited jobs with it, and the highest seq anyone has drawn: what becomes ready from now on is behind it.
-- $1 queue_id int
-- index lanes_pkey, limit_lanes_queue_id_type_id_keys_key, ready_jobs_pkey · locks nothing · rows: head_seq with queue_id, rank of each lane, or alone
SELECT head.head_seq, lane.queue_id, lane.rank
FROM (SELECT last_value AS head_seq FROM jobservice.ready_seq) head
LEFT JOIN (
    SELECT l.queue_id, l.rank FROM jobservice.lanes l WHERE l.queue_id = $1
    UNION ALL
    SELECT l.id, rank::smallint
    FROM jobservice.limit_lanes l CROSS JOIN (SELECT generate_series(0, 9) UNION ALL SELECT generate_series(100, 109)) AS ranks(rank)
    WHERE l.queue_id = $1 AND EXISTS (SELECT FROM jobservice.ready_jobs r WHERE r.queue_id = l.id AND r.rank = ranks.rank::smallint)
) lane ON true
