-- prune_keys: look at up to $1 keys that are due for it, and forget those that say nothing any more: what was held for a time that is over, and what was
-- held by a job that has ended, or is gone. The others are looked at again when their time is over, or in a day.
-- $1 max_keys int
-- Whoever takes a key moves its review, so a row that was taken since this statement began is passed over: what this statement sees of jobs is older.
-- index job_keys_review_at_idx, jobs_pkey, finished_jobs_pkey · locks one row a key, skips locked rows · rows: one: how many it looked at
WITH due AS MATERIALIZED (
    SELECT k.ctid AS place, k.scope, k.job_id, k.held_until
    FROM jobservice.job_keys k
    WHERE k.review_at <= jobservice.now()
    ORDER BY k.review_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
), live AS MATERIALIZED (
    SELECT due.place
    FROM due
    WHERE due.held_until > jobservice.now()
       OR due.scope IN (1, 2)
          AND EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = due.job_id)
          AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = due.job_id)
), kept AS (
    UPDATE jobservice.job_keys k SET review_at = coalesce(k.held_until, jobservice.now() + interval '1 day') WHERE k.ctid = ANY (ARRAY(SELECT live.place FROM live))
), forgotten AS (
    DELETE FROM jobservice.job_keys k WHERE k.ctid = ANY (ARRAY(SELECT due.place FROM due WHERE due.place NOT IN (SELECT live.place FROM live)))
)
SELECT count(*)::int AS looked_at FROM due
