-- read_oldest_day: the first day whose jobs are still kept.
-- no parameters
-- reads the catalog · locks nothing · rows: one, null when there is no partition
SELECT min(to_date(right(c.relname, 8), 'YYYYMMDD'))::timestamp AT TIME ZONE 'UTC' AS day
FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE i.inhparent = 'jobservice.jobs'::regclass
