-- read_is_migrated: whether a migration has been applied.
-- $1 migration_id text
-- index that of the migrations' primary key · locks nothing · rows: one: whether it has
SELECT EXISTS (SELECT FROM jobservice.migrations WHERE "MigrationId" = $1)
