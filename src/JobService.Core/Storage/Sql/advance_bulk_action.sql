-- advance_bulk_action: a step is done, and this is where the bulk action stands now. In the transaction of the step.
-- $1 id uuid · $2 place uuid (from where it goes on) · $3 acted bigint (how many by this step) · $4 refused bigint · $5 refusals json · $6 is_done boolean · $7 next_start_at timestamptz
-- $8 next_step_at timestamptz (null: at once) · $9 total bigint · $10 is_total_partial boolean · $11 started_at timestamptz (of the step)
-- $12 held_ids uuid[] (what it comes back to)
-- index bulk_actions_pkey · locks its row, which is locked already · rows: none, the count is the answer
UPDATE jobservice.bulk_actions b
SET before_id = $2, matched = b.matched + $3 + $4, acted = b.acted + $3, refused = b.refused + $4, refusals = $5,
    state = CASE WHEN $6 THEN 3 ELSE 2 END, started_at = coalesce(b.started_at, $11), stepped_at = c.now, finished_at = CASE WHEN $6 THEN c.now END,
    next_start_at = $7, next_step_at = coalesce($8, c.now), total = $9, is_total_partial = $10, failures = 0, error = NULL, held_ids = $12, step_jobs = least(b.step_jobs * 10, 1000)
FROM (SELECT jobservice.now() AS now) c
WHERE b.id = $1
