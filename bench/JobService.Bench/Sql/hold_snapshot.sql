-- hold_snapshot: begin a transaction that sees the database as it is now, and leave it open.
BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class
