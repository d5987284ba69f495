-- lock_bulk_action: take the bulk action whose next step has been due longest, if nobody is at it.
-- no parameters
-- index bulk_actions_next_step_idx · locks its row, skips locked rows · rows: as read_bulk_actions has it, or none
SELECT b.id, b.action, b.filter, b.queue, b.reason, b.rate_limit, b.rate_per_us, b.rate_burst, b.created_by, b.state, b.created_at, b.started_at, b.stepped_at, b.finished_at,
       b.total, b.is_total_partial, b.matched, b.acted, b.refused, b.refusals, b.before_id, b.failures, b.error, b.aborted_by, jobservice.now() AS now, b.next_start_at, b.step_jobs, b.held_ids
FROM jobservice.bulk_actions b
WHERE b.state <= 2 AND b.next_step_at <= jobservice.now() AND b.action <= 7
ORDER BY b.next_step_at
LIMIT 1
FOR UPDATE SKIP LOCKED
