-- keep_answer: keep the answer to a request for a day, in the transaction that has done what was asked.
-- $1 hash uuid · $2 request bytea · $3 status smallint · $4 job_id uuid (null for several jobs) · $5 answer bytea · $6 changed_by uuid
-- index job_keys_pkey · locks one row, which the transaction has locked before · rows: none, the count is the answer
UPDATE jobservice.job_keys
SET request = $2, status = $3, job_id = $4, answer = $5, changed_by = $6, scope = 5,
    held_until = jobservice.now() + interval '1 day', review_at = jobservice.now() + interval '1 day'
WHERE hash = $1
