-- lock_migrations: one process migrates at a time; another waits here, whatever limit the server sets, then finds nothing left to do.
-- no parameters
-- locks an advisory lock until the transaction ends · rows: none that matter
SELECT set_config('lock_timeout', '0', true), pg_advisory_xact_lock(1785684577, -1)
