-- read_limited_types: the types that are limited.
-- no parameters
-- index limit_keys_key_idx · locks nothing · rows: type_id, key_id
SELECT t.id AS type_id, k.id AS key_id
FROM jobservice.limit_keys k JOIN jobservice.job_types t ON t.name = substr(k.key, length('type:') + 1)
WHERE k.key LIKE 'type:%' AND k.pattern IS NOT NULL
