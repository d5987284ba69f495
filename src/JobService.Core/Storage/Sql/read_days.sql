-- read_days: the days that have partitions and ended longer ago than $1, oldest first, and what is left to finish of an interrupted drop.
-- $1 keep_ms bigint
-- reads the catalog · locks nothing · rows: the day, whether its partitions are attached
SELECT to_date(right(c.relname, 8), 'YYYYMMDD') AS day, bool_or(c.relispartition) AS is_attached
FROM pg_class c
WHERE c.relnamespace = 'jobservice'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^(jobs|finished_jobs|attempts|job_events)_[0-9]{8}$'
GROUP BY 1
HAVING (to_date(right(max(c.relname), 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' < jobservice.now() - $1 * interval '1 millisecond'
ORDER BY 1
