-- read_next_bulk_step: when the next step of a bulk action is due.
-- no parameters
-- index bulk_actions_next_step_idx · locks nothing · rows: one: in how many milliseconds, null where nothing is to be done
SELECT (SELECT ceil(extract(epoch FROM b.next_step_at - jobservice.now()) * 1000)::bigint FROM jobservice.bulk_actions b WHERE b.state <= 2 AND b.action <= 7 ORDER BY b.next_step_at LIMIT 1) AS due_ms
