-- begin_migration: a migration gives way rather than let everyone queue behind it for a lock, and has all the time it needs otherwise.
-- Longer than deadlock_timeout, after which an autovacuum gives way to it. By a statement, since PgBouncer drops options of the connection; PostgreSQL has
-- transaction_timeout since 17.
-- no parameters
-- locks nothing · rows: one a limit, that don't matter
SELECT set_config(s.name, CASE s.name WHEN 'lock_timeout' THEN '2s' ELSE '0' END, true)
FROM pg_settings s WHERE s.name IN ('lock_timeout', 'statement_timeout', 'transaction_timeout')
