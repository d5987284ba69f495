-- read_long_transaction: who has held tables of the service for longest, in words, for whoever waits for them. What another role began
-- when is for some eyes only; it is taken for the longest, since what is hidden is none of the service's own.
-- no parameters
-- locks nothing · rows: one, or none when nobody holds any
SELECT format('server process %s (%s) holds %s%s', held.pid, concat_ws(', ', nullif(a.application_name, ''), 'user ' || a.usename), held.tables,
              ' for ' || extract(epoch FROM clock_timestamp() - a.xact_start)::int || ' s')
FROM (
    SELECT l.pid, string_agg(DISTINCT c.relname, ', ') AS tables
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND c.relnamespace = to_regnamespace('jobservice') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    GROUP BY l.pid
) held
JOIN pg_stat_activity a ON a.pid = held.pid
ORDER BY a.xact_start NULLS FIRST
LIMIT 1
