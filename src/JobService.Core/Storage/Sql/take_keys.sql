-- take_keys: give unique keys to the jobs that hold them from now on.
-- $1 hash uuid[] · $2 job_id uuid[] · $3 scope smallint[] (1 to 4) · $4 window_ms bigint[] (of scope 3)
-- index job_keys_pkey · locks one row a key, which the transaction has locked before · rows: none, the count is the answer
UPDATE jobservice.job_keys k
SET job_id = i.job_id, changed_by = i.job_id, scope = i.scope, held_until = t.held_until,
    review_at = coalesce(t.held_until, jobservice.now() + interval '1 day')
FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::bigint[]) AS i(hash, job_id, scope, window_ms),
     LATERAL (SELECT CASE i.scope WHEN 3 THEN jobservice.now() + i.window_ms * interval '1 millisecond'
                                  WHEN 4 THEN 'infinity'::timestamptz END AS held_until) t
WHERE k.hash = i.hash
