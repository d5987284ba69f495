-- read_queue_retentions: how long queues keep their final jobs that say so, and what was made too late to be over yet.
-- no parameters
-- scans queues · locks nothing · rows: one a retention: keep_ms, made_before, and the oldest day there is
SELECT q.keep_ms, jobservice.now() - q.keep_ms * interval '1 millisecond' AS made_before,
       (SELECT min(to_date(right(c.relname, 8), 'YYYYMMDD'))::timestamp AT TIME ZONE 'UTC'
        FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE i.inhparent = 'jobservice.jobs'::regclass) AS oldest
FROM jobservice.queues q
WHERE q.keep_ms IS NOT NULL
GROUP BY q.keep_ms
