-- read_drop_commands: what retires the partitions of one day: bodies first, so that an interrupted run leaves no job without its history.
-- Each is run by itself, since DETACH CONCURRENTLY allows no transaction.
-- $1 day date
-- reads the catalog · locks nothing · rows: command
SELECT format('ALTER TABLE jobservice.%I DETACH PARTITION jobservice.%I ', p.name, p.name || '_' || to_char($1, 'YYYYMMDD'))
       || CASE WHEN i.inhdetachpending THEN 'FINALIZE' ELSE 'CONCURRENTLY' END AS command, 1 AS step, p.position
FROM (VALUES ('jobs', 1), ('finished_jobs', 2), ('attempts', 3), ('job_events', 4)) AS p(name, position)
JOIN pg_inherits i ON i.inhrelid = to_regclass(format('jobservice.%I', p.name || '_' || to_char($1, 'YYYYMMDD')))
UNION ALL
SELECT format('DROP TABLE IF EXISTS jobservice.%I', p.name || '_' || to_char($1, 'YYYYMMDD')), 2, p.position
FROM (VALUES ('jobs', 1), ('finished_jobs', 2), ('attempts', 3), ('job_events', 4)) AS p(name, position)
ORDER BY step, position
