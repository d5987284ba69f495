-- read_bulk_actions: the bulk action of an id, or the newest up to $3 of those before one.
-- $1 id uuid (null: a list) · $2 before_id uuid (null: from the newest) · $3 max_actions int
-- index bulk_actions_pkey · locks nothing · rows: bulk actions, the newest first
SELECT b.id, b.action, b.filter, b.queue, b.reason, b.rate_limit, b.rate_per_us, b.rate_burst, b.created_by, b.state, b.created_at, b.started_at, b.stepped_at, b.finished_at,
       b.total, b.is_total_partial, b.matched, b.acted, b.refused, b.refusals, b.before_id, b.failures, b.error, b.aborted_by, jobservice.now() AS now, b.next_start_at, b.step_jobs, b.held_ids
FROM (
    (SELECT * FROM jobservice.bulk_actions o WHERE o.id = $1)
    UNION ALL
    (SELECT * FROM jobservice.bulk_actions o WHERE $1 IS NULL AND o.id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY o.id DESC LIMIT $3)
) b
ORDER BY b.id DESC
