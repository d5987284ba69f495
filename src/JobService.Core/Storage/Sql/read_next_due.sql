-- read_next_due: how long until the next schedule is due.
-- $1 passed_over int[] (schedules that this process can't decide)
-- index schedules_due_idx · locks nothing · rows: one: milliseconds, null when none will be
SELECT (extract(epoch FROM (SELECT s.next_due_at FROM jobservice.schedules s WHERE s.next_due_at IS NOT NULL AND s.id <> ALL ($1::int[])
                            ORDER BY s.next_due_at LIMIT 1) - jobservice.now()) * 1000)::float8
