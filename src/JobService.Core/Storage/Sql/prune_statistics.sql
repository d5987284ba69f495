-- prune_statistics: forget up to $2 minutes of queues that are longer ago than $1 milliseconds.
-- $1 keep_ms bigint · $2 max_minutes int
-- index stat_minutes_pkey · locks one row a minute, skips locked rows · rows: none, the count is the answer
WITH old AS MATERIALIZED (
    SELECT m.place FROM jobservice.queue_depths q CROSS JOIN LATERAL (
        SELECT m.ctid AS place FROM jobservice.stat_minutes m
        WHERE m.queue_id = q.queue_id AND m.minute < jobservice.now() - $1 * interval '1 millisecond'
        ORDER BY m.minute
        LIMIT $2
        FOR UPDATE SKIP LOCKED
    ) m
    LIMIT $2
)
DELETE FROM jobservice.stat_minutes m USING old WHERE m.ctid = old.place
