-- create_database: make the private server's database.
-- no parameters · no transaction · no rows
CREATE DATABASE jobservice
