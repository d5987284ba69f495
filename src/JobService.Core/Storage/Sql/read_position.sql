-- read_position: how many ready jobs of its queue run before this one, counted up to $2.
-- $1 id uuid · $2 at_most int
-- index jobs_pkey, ready_jobs_pkey · locks nothing · rows: one when the job is ready
WITH place AS MATERIALIZED (
    SELECT r.queue_id, r.rank, r.seq
    FROM jobservice.jobs j JOIN jobservice.ready_jobs r ON r.queue_id = coalesce(j.lane_id, j.queue_id) AND r.rank = 9 - j.priority AND r.seq = j.seq AND r.id = j.id
    WHERE j.id = $1
    UNION ALL
    SELECT r.queue_id, r.rank, r.seq FROM jobservice.ready_jobs r WHERE r.id = $1 AND (r.flags & 1) = 1
)
SELECT (SELECT count(*) FROM (SELECT FROM jobservice.ready_jobs r
                              WHERE r.queue_id = p.queue_id AND (r.rank, r.seq) < (p.rank, p.seq)
                              LIMIT $2) before)::int
FROM place p
