-- abort_bulk_action: let a bulk action do no further step. Waits for the one that is under way.
-- $1 id uuid · $2 actor text
-- index bulk_actions_pkey · locks its row · rows: none, the count is the answer
UPDATE jobservice.bulk_actions SET state = 5, finished_at = jobservice.now(), aborted_by = $2 WHERE id = $1 AND state <= 2
