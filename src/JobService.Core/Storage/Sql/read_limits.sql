-- read_limits: up to $3 limits by pattern: the one of that pattern, or those behind it; and where the keys stand under which most runs.
-- $1 pattern text (null: from the first) · $2 only boolean (that one alone) · $3 max_limits int · $4 max_keys int (of each limit)
-- index limits_pkey, running_jobs_pkey · scans limit_holds, which holds no more than there are slots, and keys · locks nothing
-- rows: the limit, how many run under it, and key, running of its busiest keys
WITH chosen AS MATERIALIZED (
    (SELECT l.* FROM jobservice.limits l WHERE $2 AND l.pattern = $1)
    UNION ALL
    (SELECT l.* FROM jobservice.limits l WHERE NOT $2 AND l.pattern > coalesce($1::text, '') ORDER BY l.pattern LIMIT $3)
), busy AS MATERIALIZED (
    SELECT k.pattern, k.key, count(*)::int AS running
    FROM jobservice.limit_holds h
    JOIN jobservice.running_jobs r ON r.id = h.id AND r.lease_token = h.lease_token
    JOIN jobservice.limit_keys k ON k.id = h.key_id
    WHERE k.pattern IN (SELECT c.pattern FROM chosen c)
    GROUP BY k.pattern, k.key
)
SELECT c.pattern, c.max_running, c.rate_limit, c.rate_per_us, c.rate_burst, c.is_paused, c.created_at, c.updated_at,
       CASE WHEN c.max_running IS NOT NULL THEN coalesce((SELECT sum(b.running) FROM busy b WHERE b.pattern = c.pattern), 0) END::bigint AS running,
       ARRAY(SELECT b.key FROM busy b WHERE b.pattern = c.pattern ORDER BY b.running DESC, b.key LIMIT $4) AS keys,
       ARRAY(SELECT b.running FROM busy b WHERE b.pattern = c.pattern ORDER BY b.running DESC, b.key LIMIT $4) AS key_running
FROM chosen c
ORDER BY c.pattern
