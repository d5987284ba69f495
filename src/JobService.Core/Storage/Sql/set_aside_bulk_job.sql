-- set_aside_bulk_job: a transaction holds the one job of a step, or what it needs: the bulk action goes on behind it, and comes back to it once it has looked at all others.
-- $1 id uuid · $2 failures int · $3 job_id uuid · $4 before_id uuid (it and the failures as the step found them: another step may have been done meanwhile)
-- index bulk_actions_pkey · locks its row · rows: none, the count is the answer
UPDATE jobservice.bulk_actions b
SET failures = 0, error = NULL, step_jobs = least(b.step_jobs * 10, 1000), next_step_at = c.now, started_at = coalesce(b.started_at, c.now), state = 2,
    before_id = $3, held_ids = array_append(b.held_ids, $3)
FROM (SELECT jobservice.now() AS now) c
WHERE b.id = $1 AND b.failures = $2 AND b.before_id = $4 AND NOT $3 = ANY (b.held_ids) AND b.state <= 2
