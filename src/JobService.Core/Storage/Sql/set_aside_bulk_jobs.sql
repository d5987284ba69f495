-- set_aside_bulk_jobs: transactions hold some jobs of a step, or what they need: the bulk action goes on without them, and comes back to them once it has looked at all others.
-- $1 id uuid · $2 failures int · $3 job_ids uuid[] · $4 place uuid (it and the failures as the step found them: another step may have been done meanwhile)
-- index bulk_actions_pkey · locks its row · rows: none, the count is the answer
UPDATE jobservice.bulk_actions b
SET failures = 0, error = NULL, step_jobs = least(b.step_jobs * 10, 1000), next_step_at = c.now, started_at = coalesce(b.started_at, c.now), state = 2,
    held_ids = b.held_ids || $3
FROM (SELECT jobservice.now() AS now) c
WHERE b.id = $1 AND b.failures = $2 AND b.before_id = $4 AND NOT b.held_ids && $3 AND b.state <= 2
