-- begin_queue_count: whether it is time to count, and nobody else does. To be followed by count_queues in the same transaction: that one sees all that whoever counted before has corrected.
-- $1 every_ms bigint
-- The planner is left to itself, since whole tables are read; and a count that takes too long is given up.
-- locks the right to count, until the end of the transaction, if nobody has it · rows: one: is it time
SELECT pg_try_advisory_xact_lock(1785684577, -17)
       AND (counted_at IS NULL OR counted_at <= jobservice.now() - $1 * interval '1 millisecond') AS is_time,
       set_config('enable_seqscan', 'on', true), set_config('statement_timeout', '2min', true)
FROM jobservice.stat_folds
