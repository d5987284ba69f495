-- pass_over_bulk_job: a job lets the step of a bulk action fail that is of it alone. It is refused, and the action goes on behind it. Of those that it has come back to the others are
-- tried once more each: they have been waited for as long.
-- $1 id uuid · $2 failures int · $3 place uuid (both as the step found them: another step may have been done meanwhile) · $4 job_id uuid · $5 refusals json
-- $6 next_place uuid (behind that job; null: it is one that was come back to)
-- index bulk_actions_pkey · locks its row · rows: none, the count is the answer
UPDATE jobservice.bulk_actions b
SET failures = CASE WHEN $6 IS NULL THEN b.failures ELSE 0 END, error = NULL, step_jobs = least(b.step_jobs * 10, 1000), next_step_at = c.now, started_at = coalesce(b.started_at, c.now), stepped_at = c.now, state = 2,
    before_id = coalesce($6, b.before_id), held_ids = array_remove(b.held_ids, $4), matched = b.matched + 1, refused = b.refused + 1, refusals = $5
FROM (SELECT jobservice.now() AS now) c
WHERE b.id = $1 AND b.failures = $2 AND b.before_id = $3 AND ($6 IS NOT NULL OR $4 = ANY (b.held_ids)) AND b.state <= 2
