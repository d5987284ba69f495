-- read_waiting_lanes: all lanes of limited jobs in which any wait, by one step in the index a lane, however many jobs there are.
-- no parameters
-- index ready_jobs_pkey · locks nothing · rows: as read_arrivals has them, without a last_seq
WITH RECURSIVE lane AS (
    (SELECT r.queue_id, r.rank FROM jobservice.ready_jobs r WHERE r.queue_id < 0 ORDER BY r.queue_id, r.rank LIMIT 1)
    UNION ALL
    SELECT next.queue_id, next.rank
    FROM lane CROSS JOIN LATERAL (
        SELECT r.queue_id, r.rank FROM jobservice.ready_jobs r
        WHERE r.queue_id < 0 AND (r.queue_id, r.rank) > (lane.queue_id, lane.rank)
        ORDER BY r.queue_id, r.rank
        LIMIT 1
    ) next
)
SELECT head.head_seq, lane.queue_id, lane.rank, NULL::bigint AS last_seq, NULL::int AS jobs
FROM (SELECT last_value AS head_seq FROM jobservice.ready_seq) head LEFT JOIN lane ON true
