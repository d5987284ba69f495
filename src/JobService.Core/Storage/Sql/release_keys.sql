-- release_keys: take unique keys from a job that goes on under another one.
-- $1 hash uuid[] · $2 job_id uuid
-- index job_keys_pkey · locks one row a key, which the transaction has locked before · rows: none, the count is the answer
UPDATE jobservice.job_keys SET job_id = NULL, changed_by = NULL, scope = NULL, review_at = jobservice.now() WHERE hash = ANY ($1::uuid[]) AND job_id = $2 AND scope < 3
