-- read_next_due: how long until the next schedule is due.
-- no parameters · index schedules_due_idx · locks nothing · rows: one: milliseconds, null when none will be
SELECT (extract(epoch FROM (SELECT s.next_due_at FROM jobservice.schedules s WHERE s.next_due_at IS NOT NULL ORDER BY s.next_due_at LIMIT 1) - jobservice.now()) * 1000)::float8
