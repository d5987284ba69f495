-- lock_sequences: keep sequences from everybody else until the transaction ends, whether or not there is a row of them yet.
-- $1 key text[] · $2 patience_ms int
-- In the order of their keys, and behind lock_keys and lock_bounded_queues, so that no two transactions wait for each other; for the rest as lock_keys does it.
-- index sequences_key_key · locks one row a sequence · no rows
WITH patience AS MATERIALIZED (
    SELECT set_config('lock_timeout', $2::int::text, true), set_config('idle_in_transaction_session_timeout', greatest($2::int, 5000)::text, true)
)
INSERT INTO jobservice.sequences AS s (key)
SELECT i.key FROM patience, unnest($1::text[]) AS i(key) ORDER BY i.key COLLATE "C"
ON CONFLICT (key) DO UPDATE SET key = excluded.key WHERE false
