-- count_limit_holds: what runs under keys that are locked. A statement of its own, behind the one that locks: that one may have waited, and sees what ran before.
-- What has ended, however it did, counts no more, and its row goes.
-- $1 key_id int[]
-- index limit_holds_pkey, running_jobs_pkey · locks the rows of what has ended · rows: key_id, running, last_started_at of those under which something does, or did when it was last claimed under them
WITH held AS MATERIALIZED (
    SELECT h.ctid AS place, h.key_id, h.started_at, r.id IS NOT NULL AS is_running
    FROM jobservice.limit_holds h
    LEFT JOIN LATERAL (
        SELECT r.id FROM jobservice.running_jobs r WHERE r.id = h.id AND r.lease_token = h.lease_token OFFSET 0
    ) r ON true
    WHERE h.key_id = ANY ($1::int[])
), gone AS (
    DELETE FROM jobservice.limit_holds h USING held WHERE h.ctid = held.place AND NOT held.is_running
)
SELECT key_id, count(*) FILTER (WHERE is_running)::int AS running, max(started_at) AS last_started_at FROM held GROUP BY key_id
