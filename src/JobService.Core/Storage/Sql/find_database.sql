-- find_database: is the private server's database there?
-- no parameters · reads the catalog · locks nothing · rows: one
SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'jobservice')
