-- lock_keys: keep keys from everybody else until the transaction ends, whether or not there is a row of them yet.
-- $1 hash uuid[] · $2 patience_ms int
-- In the order of their hashes, so that no two transactions wait for each other. A condition that never holds writes nothing and locks all the same. Nobody
-- is waited for longer than that, also by what comes behind this in the transaction and where there is no key; and for a process that stops in the middle
-- neither, or 5 s, since its session ends then.
-- index job_keys_pkey · locks one row a key · no rows
WITH patience AS MATERIALIZED (
    SELECT set_config('lock_timeout', $2::int::text, true) AS of_locks, set_config('idle_in_transaction_session_timeout', greatest($2::int, 5000)::text, true) AS of_sessions
)
INSERT INTO jobservice.job_keys AS k (hash, review_at)
SELECT i.hash, jobservice.now()
FROM patience CROSS JOIN LATERAL unnest(CASE WHEN of_locks IS NOT NULL THEN $1::uuid[] END) AS i(hash) ORDER BY i.hash
ON CONFLICT (hash) DO UPDATE SET review_at = k.review_at WHERE false
