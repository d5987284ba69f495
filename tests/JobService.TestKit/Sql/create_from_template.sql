-- create_from_template: a fresh database for a test class, migrated already.
-- {0} its name · {1} the template
CREATE DATABASE {0} TEMPLATE {1}
