-- lock_keys: keep keys from everybody else until the transaction ends, whether or not there is a row of them yet.
-- $1 hash uuid[] · $2 patience_ms int
-- In the order of their hashes, so that no two transactions wait for each other. A condition that never holds writes nothing and locks all the same. Nobody
-- is waited for longer than that; and a process that stops in the middle is not either, since its session ends after as long.
-- index job_keys_pkey · locks one row a key · no rows
WITH patience AS MATERIALIZED (
    SELECT set_config('lock_timeout', $2::int::text, true), set_config('idle_in_transaction_session_timeout', $2::int::text, true)
)
INSERT INTO jobservice.job_keys AS k (hash, review_at)
SELECT i.hash, jobservice.now() FROM patience, unnest($1::uuid[]) AS i(hash) ORDER BY i.hash
ON CONFLICT (hash) DO UPDATE SET review_at = k.review_at WHERE false
