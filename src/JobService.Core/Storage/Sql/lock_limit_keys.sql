-- lock_limit_keys: of some keys those that are limited and that nobody else claims under just now. Two claims of one key go one after the other, so that each counts the other's.
-- $1 id int[]
-- index limit_keys_pkey · locks one row a limited key, skips locked rows · rows: each that is locked now, as it is now, and each that is not limited
WITH locked AS MATERIALIZED (
    SELECT k.id, k.max_running, k.rate_interval_us, k.rate_burst, k.is_paused, k.next_start_at
    FROM jobservice.limit_keys k
    WHERE k.id = ANY ($1::int[]) AND k.pattern IS NOT NULL
    ORDER BY k.id
    FOR UPDATE SKIP LOCKED
)
SELECT id, true AS is_limited, max_running, rate_interval_us, rate_burst, is_paused, next_start_at FROM locked
UNION ALL
SELECT k.id, false, NULL, NULL, NULL, false, NULL FROM jobservice.limit_keys k WHERE k.id = ANY ($1::int[]) AND k.pattern IS NULL
