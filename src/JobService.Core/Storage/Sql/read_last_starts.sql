-- read_last_starts: when something last started under keys whose running jobs are counted, as far as is known: before anyone locks them.
-- $1 key_id int[]
-- index limit_keys_pkey, limit_holds_pkey · locks nothing · rows: key_id, last_started_at (null: nothing is known) of each that is counted
SELECT k.id, (SELECT max(h.started_at) FROM jobservice.limit_holds h WHERE h.key_id = k.id) AS last_started_at
FROM jobservice.limit_keys k
WHERE k.id = ANY ($1::int[]) AND k.max_running IS NOT NULL
