-- lock_day: keep the jobs of one day from being restarted until the transaction ends; waits for restarts in flight.
-- $1 first_id uuid (of the day)
-- locks the day's advisory lock · rows: none that matter
SELECT pg_advisory_xact_lock(1785684577, jobservice.day_of($1))
