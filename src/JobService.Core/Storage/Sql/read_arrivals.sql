-- read_arrivals: the lanes of limited jobs that got something lately, the earliest first.
-- $1 after_seq bigint (where the last look ended) · $2 max_jobs int (so many jobs are looked at)
-- index ready_jobs_limited_idx · locks nothing · rows: the head of ready_seq with queue_id, rank, last_seq, jobs of each lane, or alone
SELECT head.head_seq, lane.queue_id, lane.rank, lane.last_seq, lane.jobs
FROM (SELECT last_value AS head_seq FROM jobservice.ready_seq) head
LEFT JOIN (
    SELECT r.queue_id, r.rank, max(r.seq) AS last_seq, count(*)::int AS jobs
    FROM (SELECT r.queue_id, r.rank, r.seq FROM jobservice.ready_jobs r WHERE r.queue_id < 0 AND r.seq > $1 ORDER BY r.seq LIMIT $2) r
    GROUP BY r.queue_id, r.rank
) lane ON true
