-- begin_migration: a migration gives way rather than let everyone queue behind it for a lock, and has all the time it needs otherwise.
-- Longer than deadlock_timeout, after which an autovacuum gives way to it. By a statement, since PgBouncer drops options of the connection.
-- no parameters
-- locks nothing · rows: one, that doesn't matter
SELECT set_config('lock_timeout', '2s', true), set_config('statement_timeout', '0', true)
