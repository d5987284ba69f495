-- lift_limits: give a transaction all the time it needs, whatever a role, a database or the server allows. A limit holds from the next statement on, so this is
-- one before that which waits. By a statement, since PgBouncer drops options of the connection; PostgreSQL has transaction_timeout since 17.
-- no parameters
-- locks nothing · rows: one a limit, that don't matter
SELECT set_config(s.name, '0', true) FROM pg_settings s WHERE s.name IN ('lock_timeout', 'statement_timeout', 'transaction_timeout')
