-- mark_key: note which enqueue has changed the job that holds a unique key.
-- $1 hash uuid · $2 changed_by uuid
-- index job_keys_pkey · locks one row, which the transaction has locked before · rows: none, the count is the answer
UPDATE jobservice.job_keys SET changed_by = $2 WHERE hash = $1
