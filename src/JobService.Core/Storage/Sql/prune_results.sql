-- prune_results: forget up to $1 results whose own time is over.
-- $1 max_jobs int
-- index finished_jobs_result_until_idx · locks one row a job, skips locked rows · rows: none, the count is the answer
WITH old AS MATERIALIZED (
    SELECT f.id FROM jobservice.finished_jobs f
    WHERE f.result_until <= jobservice.now() AND f.result IS NOT NULL
    LIMIT $1
    FOR UPDATE SKIP LOCKED
)
UPDATE jobservice.finished_jobs f SET result = NULL FROM old WHERE f.id = old.id
