-- create_database: a database of its own for one run.
CREATE DATABASE {name} TEMPLATE {template}
