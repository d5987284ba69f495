-- prune_bulk_actions: forget up to $2 bulk actions that came to an end longer than $1 milliseconds ago.
-- $1 keep_ms bigint · $2 max_actions int
-- index bulk_actions_finished_at_idx · locks one row an action, skips locked rows · rows: none, the count is the answer
WITH old AS MATERIALIZED (
    SELECT b.id FROM jobservice.bulk_actions b
    WHERE b.state > 2 AND b.finished_at < jobservice.now() - $1 * interval '1 millisecond'
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
DELETE FROM jobservice.bulk_actions b USING old WHERE b.id = old.id
