-- read_kept_from: from when on no job can have been removed by retention: no day has been dropped, and no queue keeps its jobs so short.
-- no parameters
-- reads the catalog, scans queues · locks nothing · rows: one, null when there is no partition and no queue's own retention
SELECT greatest(
    (SELECT min(to_date(right(c.relname, 8), 'YYYYMMDD'))::timestamp AT TIME ZONE 'UTC' FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'jobservice.jobs'::regclass),
    (SELECT jobservice.now() - min(q.keep_ms) * interval '1 millisecond' FROM jobservice.queues q)) AS kept_from
