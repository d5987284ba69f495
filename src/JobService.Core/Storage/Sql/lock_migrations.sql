-- lock_migrations: one process migrates at a time; another waits here, then finds nothing left to do. No limit of the server's may end the wait: see lift_limits.
-- no parameters
-- locks an advisory lock until the transaction ends · rows: none that matter
SELECT pg_advisory_xact_lock(1785684577, -1)
