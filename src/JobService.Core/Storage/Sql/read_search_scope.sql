-- read_search_scope: what the names of a search stand for, which days there are, and which of them have their search indexes.
-- $1 type_like text · $2 queue text · $3 worker text · $4 schedule text (each null where it was not asked for)
-- index job_types_pkey, queues_name_key, schedules_name_key, deleted_schedules_pkey; scans workers and reads the catalog · locks nothing
-- rows: one: type_ids, queue_id, worker_ids, schedule_id; null where there is none or it was not asked for; the days, the newest first, whether each is indexed, and the time
SELECT CASE WHEN $1 IS NOT NULL THEN ARRAY(SELECT t.id FROM jobservice.job_types t WHERE t.name LIKE $1) END AS type_ids,
       (SELECT q.id FROM jobservice.queues q WHERE q.name = $2) AS queue_id,
       CASE WHEN $3 IS NOT NULL THEN ARRAY(SELECT w.id FROM jobservice.workers w WHERE w.name = $3) END AS worker_ids,
       coalesce((SELECT s.id FROM jobservice.schedules s WHERE s.name = $4), (SELECT s.id FROM jobservice.deleted_schedules s WHERE s.name = $4)) AS schedule_id,
       days.days, days.is_indexed, jobservice.now() AS now
FROM (
    SELECT coalesce(array_agg(d.day ORDER BY d.day DESC), '{}') AS days, coalesce(array_agg(d.is_indexed ORDER BY d.day DESC), '{}') AS is_indexed
    FROM (
        SELECT to_date(right(c.relname, 8), 'YYYYMMDD') AS day,
               (SELECT count(*) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                WHERE x.indrelid = c.oid AND x.indisvalid AND i.relname = ANY (ARRAY[c.relname || '_type_idx', c.relname || '_queue_idx', c.relname || '_tags_idx'])) = 3 AS is_indexed
        FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
        WHERE h.inhparent = 'jobservice.jobs'::regclass AND NOT h.inhdetachpending
    ) d
) days
