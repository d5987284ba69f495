-- pass_over_bulk_job: a job lets the step of a bulk action fail that is of it alone. It is refused, and the action goes on behind it. Of those that it has come back to the others are
-- tried once more each: they have been waited for as long.
-- $1 id uuid · $2 failures int (as the step found them) · $3 job_id uuid · $4 refusals json · $5 place uuid (behind that job)
-- index bulk_actions_pkey · locks its row · rows: none, the count is the answer
UPDATE jobservice.bulk_actions b
SET failures = CASE WHEN $3 = ANY (b.held_ids) THEN b.failures ELSE 0 END, error = NULL, step_jobs = least(b.step_jobs * 10, 1000), next_step_at = c.now, started_at = coalesce(b.started_at, c.now), stepped_at = c.now, state = 2,
    before_id = CASE WHEN b.from_id IS NOT NULL OR $3 = ANY (b.held_ids) THEN b.before_id ELSE $5 END,
    from_id = CASE WHEN b.from_id IS NULL OR $3 = ANY (b.held_ids) THEN b.from_id ELSE $5 END,
    held_ids = array_remove(b.held_ids, $3), matched = b.matched + 1, refused = b.refused + 1, refusals = $4
FROM (SELECT jobservice.now() AS now) c
WHERE b.id = $1 AND b.failures = $2 AND b.state <= 2
