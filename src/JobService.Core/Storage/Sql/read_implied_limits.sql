-- read_implied_limits: the queues and the types that are limited. Read where the number of the settings is another than before.
-- no parameters
-- index limit_keys_key_idx · locks nothing · rows: is_queue, id of the queue or the type, key_id
SELECT true AS is_queue, q.id, k.id AS key_id
FROM jobservice.limit_keys k JOIN jobservice.queues q ON q.name = substr(k.key, length('queue:') + 1)
WHERE k.key LIKE 'queue:%' AND k.pattern IS NOT NULL
UNION ALL
SELECT false, t.id, k.id
FROM jobservice.limit_keys k JOIN jobservice.job_types t ON t.name = substr(k.key, length('type:') + 1)
WHERE k.key LIKE 'type:%' AND k.pattern IS NOT NULL
