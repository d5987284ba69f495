-- fail_bulk_step: the next step of a bulk action has failed, for the $2 + 1st time: try it again after a while with fewer jobs, or give the action up.
-- $1 id uuid · $2 failures int · $3 place uuid (both as the step found them: another step may have been done meanwhile) · $4 error text · $5 delay_ms bigint · $6 is_given_up boolean
-- $7 held_id uuid (of those that it comes back to the one that let it fail: the others go before it; null: none)
-- index bulk_actions_pkey · locks its row · rows: none, the count is the answer
UPDATE jobservice.bulk_actions b
SET failures = b.failures + 1, error = $4, step_jobs = greatest(b.step_jobs / 10, 1), next_step_at = c.now + $5 * interval '1 millisecond', started_at = coalesce(b.started_at, c.now),
    held_ids = CASE WHEN $7 IS NULL THEN b.held_ids ELSE array_append(array_remove(b.held_ids, $7), $7) END,
    state = CASE WHEN $6 THEN 4 ELSE 2 END, finished_at = CASE WHEN $6 THEN c.now END
FROM (SELECT jobservice.now() AS now) c
WHERE b.id = $1 AND b.failures = $2 AND b.before_id = $3 AND ($7 IS NULL OR $7 = ANY (b.held_ids)) AND b.state <= 2
