-- take_late_times: take up to $2 times that transactions of callers have written down, since whoever looks from a time on may have looked past them before they were committed.
-- $1 kind smallint (1: when a job is due; 2: when one of a sequence has ended) · $2 max_times int
-- index late_times_pkey · locks one row a time, skips locked rows · rows: one: the first of them, null where there is none; and how many there were
WITH taken AS (
    DELETE FROM jobservice.late_times t
    WHERE t.ctid = ANY (ARRAY(SELECT l.ctid FROM jobservice.late_times l WHERE l.kind = $1 ORDER BY l.seq LIMIT $2 FOR UPDATE SKIP LOCKED))
    RETURNING t.at
)
SELECT min(at) AS at, count(*)::int AS times FROM taken
