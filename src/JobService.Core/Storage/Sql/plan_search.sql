-- plan_search: let the statements of this transaction that search take $1 ms each, and read by indexes: the tables whose rows live for moments have no statistics to tell how many they hold.
-- $1 timeout_ms int · $2 is_by_bitmap boolean (only by bitmaps of indexes: what GIN is read by)
-- locks nothing · rows: none that matter
SELECT set_config('statement_timeout', $1::int::text, true), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_indexscan', CASE WHEN $2 THEN 'off' ELSE 'on' END, true), set_config('enable_bitmapscan', CASE WHEN $2 THEN 'on' ELSE 'off' END, true)
