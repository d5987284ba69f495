-- fold_statistics: move up to $2 notes of what moved, the oldest transactions first, into the depths of their queues and the minutes they are of.
-- $1 is_full boolean (all there are, whatever earlier folds saw: numbers of transactions mean nothing on another server) · $2 max_notes int
-- One process at a time, for order only: a note is added by whoever deletes it, in the same transaction, so none is lost and none counts twice. What this snapshot sees is taken, so that what is
-- left is of the transactions that it does not see, or comes behind the last note that was taken. To be run as a transaction of its own: it sees what itself noted.
-- index stat_deltas_xid_idx, queue_depths_pkey, stat_minutes_pkey · locks one row a note, a queue and a minute, unless another process is at it · rows: one: how many notes
WITH begun AS MATERIALIZED (
    SELECT CASE WHEN $1::boolean THEN '0' ELSE from_xid END AS from_xid, open_xids FROM jobservice.unfolded_xids WHERE pg_try_advisory_xact_lock(1785684577, -16)
), place AS MATERIALIZED (
    SELECT n.place, n.xid
    FROM (
        SELECT ctid AS place, xid FROM jobservice.stat_deltas WHERE xid >= (SELECT from_xid FROM begun)
        UNION ALL
        SELECT ctid, xid FROM jobservice.stat_deltas WHERE xid < (SELECT from_xid FROM begun) AND xid = ANY ((SELECT open_xids FROM begun)::xid8[])
    ) n
    ORDER BY n.xid LIMIT $2
), taken AS (
    DELETE FROM jobservice.stat_deltas d USING place WHERE d.ctid = place.place RETURNING d.*
), moves AS (
    SELECT queue_id, date_bin('1 minute', at, 'epoch') AS minute, from_state, to_state, bucket, sum(jobs)::int AS jobs
    FROM taken GROUP BY 1, 2, 3, 4, 5
), summed AS MATERIALIZED (
    SELECT queue_id, minute,
           coalesce(sum(jobs) FILTER (WHERE to_state < 6 AND (from_state IS NULL OR from_state >= 6)), 0) AS enqueued,
           coalesce(sum(jobs) FILTER (WHERE from_state = 3 AND to_state = 4), 0) AS started,
           coalesce(sum(jobs) FILTER (WHERE to_state = 6), 0) AS succeeded,
           coalesce(sum(jobs) FILTER (WHERE to_state = 7), 0) AS failed,
           coalesce(sum(jobs) FILTER (WHERE to_state = 8), 0) AS cancelled,
           coalesce(sum(jobs) FILTER (WHERE from_state = 4 AND (to_state = 5 OR to_state = 3 AND bucket IS NOT NULL)), 0) AS retried,
           coalesce(sum(jobs) FILTER (WHERE to_state = 1), 0) - coalesce(sum(jobs) FILTER (WHERE from_state = 1), 0) AS blocked,
           coalesce(sum(jobs) FILTER (WHERE to_state = 2), 0) - coalesce(sum(jobs) FILTER (WHERE from_state = 2), 0) AS scheduled,
           coalesce(sum(jobs) FILTER (WHERE to_state = 3), 0) - coalesce(sum(jobs) FILTER (WHERE from_state = 3), 0) AS queued,
           coalesce(sum(jobs) FILTER (WHERE to_state = 4), 0) - coalesce(sum(jobs) FILTER (WHERE from_state = 4), 0) AS running,
           coalesce(sum(jobs) FILTER (WHERE to_state = 5), 0) - coalesce(sum(jobs) FILTER (WHERE from_state = 5), 0) AS retrying,
           jobservice.sum_counts(array_fill(0, ARRAY[bucket::int]) || jobs) FILTER (WHERE from_state = 3 AND bucket IS NOT NULL) AS waits,
           jobservice.sum_counts(array_fill(0, ARRAY[bucket::int]) || jobs) FILTER (WHERE from_state = 4 AND bucket IS NOT NULL) AS runs
    FROM moves GROUP BY queue_id, minute
), depths AS (
    INSERT INTO jobservice.queue_depths AS q (queue_id, blocked, scheduled, queued, running, retrying)
    SELECT queue_id, sum(blocked), sum(scheduled), sum(queued), sum(running), sum(retrying) FROM summed GROUP BY queue_id ORDER BY queue_id
    ON CONFLICT (queue_id) DO UPDATE
    SET blocked = q.blocked + excluded.blocked, scheduled = q.scheduled + excluded.scheduled, queued = q.queued + excluded.queued,
        running = q.running + excluded.running, retrying = q.retrying + excluded.retrying
), minutes AS (
    INSERT INTO jobservice.stat_minutes AS m (queue_id, minute, enqueued, started, succeeded, failed, cancelled, retried,
                                              blocked_change, scheduled_change, queued_change, running_change, retrying_change, waits, runs)
    SELECT queue_id, minute, enqueued, started, succeeded, failed, cancelled, retried, blocked, scheduled, queued, running, retrying, waits, runs
    FROM summed ORDER BY queue_id, minute
    ON CONFLICT (queue_id, minute) DO UPDATE
    SET enqueued = m.enqueued + excluded.enqueued, started = m.started + excluded.started, succeeded = m.succeeded + excluded.succeeded,
        failed = m.failed + excluded.failed, cancelled = m.cancelled + excluded.cancelled, retried = m.retried + excluded.retried,
        blocked_change = m.blocked_change + excluded.blocked_change,
        scheduled_change = m.scheduled_change + excluded.scheduled_change, queued_change = m.queued_change + excluded.queued_change,
        running_change = m.running_change + excluded.running_change, retrying_change = m.retrying_change + excluded.retrying_change,
        waits = jobservice.add_counts(m.waits, excluded.waits), runs = jobservice.add_counts(m.runs, excluded.runs)
), stood AS (
    UPDATE jobservice.stat_folds
    SET from_xid = left_over.from_xid, open_xids = ARRAY(SELECT x FROM pg_snapshot_xip(pg_current_snapshot()) x WHERE x < left_over.from_xid)
    FROM (
        SELECT CASE WHEN count(*) < $2 THEN pg_snapshot_xmax(pg_current_snapshot()) ELSE (SELECT xid FROM place ORDER BY xid DESC LIMIT 1) END AS from_xid
        FROM place HAVING count(*) > 0
    ) left_over
)
SELECT count(*)::int FROM taken
