-- drop_database: a test class is done.
-- {0} its name
DROP DATABASE IF EXISTS {0} WITH (FORCE)
