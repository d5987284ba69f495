-- read_position: how many ready jobs of its queue come before this one, by priority and then age: those without limit keys, and those of its first $2 sets of them.
-- $1 id uuid · $2 at_most int (so many jobs are counted, in so many sets)
-- index jobs_pkey, ready_jobs_pkey, limit_lanes_pkey, limit_lanes_queue_id_type_id_keys_key · locks nothing
-- rows: jobs, is_all (whether none was left out): one, when the job is ready
WITH place AS MATERIALIZED (
    SELECT r.queue_id, r.rank, r.seq
    FROM jobservice.jobs j JOIN jobservice.ready_jobs r ON r.queue_id = coalesce(j.lane_id, j.queue_id) AND r.rank = 9 - j.priority AND r.seq = j.seq AND r.id = j.id
    WHERE j.id = $1
    UNION ALL
    SELECT r.queue_id, r.rank, r.seq FROM jobservice.ready_jobs r WHERE r.id = $1 AND (r.flags & 1) = 1
), queue AS MATERIALIZED (
    SELECT jobservice.queue_of(p.queue_id) AS id FROM place p
), limited AS MATERIALIZED (
    SELECT l.id FROM jobservice.limit_lanes l WHERE l.queue_id = (SELECT q.id FROM queue q) LIMIT $2
), before AS MATERIALIZED (
    SELECT count(*)::int AS jobs
    FROM (
        SELECT
        FROM (SELECT q.id FROM queue q UNION SELECT p.queue_id FROM place p UNION SELECT l.id FROM limited l) lane
        CROSS JOIN LATERAL (
            SELECT FROM jobservice.ready_jobs r
            WHERE r.queue_id = lane.id AND (r.rank, r.seq) < ((SELECT p.rank FROM place p), (SELECT p.seq FROM place p))
            LIMIT $2
        ) r
        LIMIT $2
    ) counted
)
SELECT b.jobs, b.jobs < $2 AND (SELECT count(*) FROM limited) < $2 AS is_all FROM before b WHERE EXISTS (SELECT FROM place)
