-- drop_database: what an interrupted run may have left, or what a run is done with.
DROP DATABASE IF EXISTS {name} WITH (FORCE)
