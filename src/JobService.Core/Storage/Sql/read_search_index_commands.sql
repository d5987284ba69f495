-- read_search_index_commands: what gives closed days the search indexes they lack, the newest day first. What a build that broke off left behind goes first. Each is run by itself,
-- since CREATE INDEX CONCURRENTLY allows no transaction.
-- $1 keep_ms bigint (days of which the last jobs are as old, but for six hours, may go as a whole soon: they get none)
-- A day is closed ten minutes after its end: whoever makes jobs of it later, by a clock that is wrong or in a transaction that was long, writes to its indexes too.
-- reads the catalog · locks nothing · rows: the name of the index, command, in the order in which they are to be run
WITH closed AS (
    SELECT c.oid, c.relname, to_date(right(c.relname, 8), 'YYYYMMDD') AS day
    FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
    WHERE h.inhparent = 'jobservice.jobs'::regclass AND NOT h.inhdetachpending
      AND (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' < jobservice.now() - interval '10 minutes'
      AND (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' > jobservice.now() - $1 * interval '1 millisecond' + interval '6 hours'
), wanted AS (
    SELECT closed.day, closed.relname, kind.position, kind.columns, format('%s_%s_idx', closed.relname, kind.name) AS name, x.indexrelid IS NOT NULL AS is_there, x.indisvalid AS is_valid
    FROM closed CROSS JOIN (VALUES ('type', '(type_id, id)', 1), ('queue', '(queue_id, id)', 2), ('tags', 'USING gin (tags jsonb_path_ops)', 3)) AS kind(name, columns, position)
    LEFT JOIN pg_index x ON x.indrelid = closed.oid AND x.indexrelid = to_regclass(format('jobservice.%I', format('%s_%s_idx', closed.relname, kind.name)))
)
SELECT w.name, step.command
FROM wanted w CROSS JOIN LATERAL (
    VALUES (1, CASE WHEN w.is_there THEN format('DROP INDEX CONCURRENTLY IF EXISTS jobservice.%I', w.name) END),
           (2, format('CREATE INDEX CONCURRENTLY %I ON jobservice.%I %s', w.name, w.relname, w.columns)),
           (3, CASE WHEN w.position = 3 THEN format('ANALYZE jobservice.%I', w.relname) END)
) AS step(number, command)
WHERE w.is_valid IS NOT TRUE AND step.command IS NOT NULL
ORDER BY w.day DESC, w.position, step.number
