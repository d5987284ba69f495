-- Which notes are not folded yet is told by their transactions, not by their time: a transaction of a caller may be open for minutes, and what it noted counts from its commit on.

-- Whose note it is. A transaction has its number before it notes anything, and a snapshot says exactly which numbers it does not see. Notes of before get the one of this migration.
ALTER TABLE jobservice.stat_deltas ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE INDEX stat_deltas_xid_idx ON jobservice.stat_deltas (xid);

DROP INDEX jobservice.stat_deltas_at_idx;

-- What the last fold did not see, or left: the notes of transactions from from_xid on, and of those before that which were open then. Older versions go on by unfolded_from, which nobody else reads.
ALTER TABLE jobservice.stat_folds
    ADD COLUMN from_xid xid8 NOT NULL DEFAULT '0',
    ADD COLUMN open_xids xid8[] NOT NULL DEFAULT '{}';

-- The same, for whoever looks now. Numbers of another server, whose dump this database was made from, may lie ahead of those there are: then it is every note.
CREATE VIEW jobservice.unfolded_xids AS
SELECT CASE WHEN from_xid > pg_snapshot_xmax(pg_current_snapshot()) THEN '0' ELSE from_xid END AS from_xid, open_xids FROM jobservice.stat_folds;

CREATE OR REPLACE VIEW jobservice.current_depths AS
SELECT queue_id, sum(scheduled)::bigint AS scheduled, sum(queued)::bigint AS queued, sum(running)::bigint AS running, sum(retrying)::bigint AS retrying,
       sum(blocked)::bigint AS blocked
FROM (
    SELECT queue_id, scheduled, queued, running, retrying, blocked FROM jobservice.queue_depths
    UNION ALL
    SELECT d.queue_id,
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 2)::int - (d.from_state IS NOT DISTINCT FROM 2)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 3)::int - (d.from_state IS NOT DISTINCT FROM 3)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 4)::int - (d.from_state IS NOT DISTINCT FROM 4)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 5)::int - (d.from_state IS NOT DISTINCT FROM 5)::int),
           d.jobs * ((d.to_state IS NOT DISTINCT FROM 1)::int - (d.from_state IS NOT DISTINCT FROM 1)::int)
    FROM (
        SELECT n.queue_id, n.jobs, n.from_state, n.to_state FROM jobservice.stat_deltas n WHERE n.xid >= (SELECT u.from_xid FROM jobservice.unfolded_xids u)
        UNION ALL
        SELECT n.queue_id, n.jobs, n.from_state, n.to_state FROM jobservice.stat_deltas n
        WHERE n.xid < (SELECT u.from_xid FROM jobservice.unfolded_xids u) AND n.xid = ANY ((SELECT u.open_xids FROM jobservice.unfolded_xids u)::xid8[])
    ) d
) told
GROUP BY queue_id;
