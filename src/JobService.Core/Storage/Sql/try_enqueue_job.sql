-- try_enqueue_job: enqueue a job in the caller's own transaction.
-- $1 type text · $2 payload json · $3 options json
-- locks its unique key, the row of a queue with a bound, and names that are new, until the transaction ends · rows: one: the job, or why it is refused
SELECT e.id, e.state, e.created_at, e.run_at, e.is_deduplicated, e.superseded, e.refusal FROM jobservice.try_enqueue_job($1, $2, $3) AS e
