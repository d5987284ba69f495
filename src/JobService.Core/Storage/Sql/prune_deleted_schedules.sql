-- prune_deleted_schedules: forget up to $2 names of schedules that were deleted longer than $1 milliseconds ago: of their occurrences nothing is told any more.
-- $1 keep_ms bigint · $2 max_schedules int
-- index deleted_schedules_deleted_at_idx · locks one row a schedule, skips locked rows · rows: one a schedule
WITH old AS MATERIALIZED (
    SELECT d.ctid FROM jobservice.deleted_schedules d
    WHERE d.deleted_at < jobservice.now() - $1::bigint * interval '1 millisecond'
    ORDER BY d.deleted_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
DELETE FROM jobservice.deleted_schedules d WHERE d.ctid = ANY (ARRAY(SELECT old.ctid FROM old)) RETURNING 1
