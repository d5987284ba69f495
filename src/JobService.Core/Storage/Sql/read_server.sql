-- read_server: what tells this server and database from those that were at the same address before.
-- no parameters
-- locks nothing · rows: started_at, database
SELECT pg_postmaster_start_time(), oid FROM pg_database WHERE datname = current_database()
