-- read_job_type_names: up to $2 names of types that have had a job, have settings or a schema, or are handled by a live worker, behind $1.
-- $1 after text (null: from the first) · $2 max_types int
-- index job_types_name_key · locks nothing · rows: name, in their order
SELECT name FROM (
    (SELECT t.name FROM jobservice.job_types t WHERE t.name > coalesce($1::text, '') ORDER BY t.name LIMIT $2)
    UNION
    (SELECT s.type FROM jobservice.job_type_settings s WHERE s.type > coalesce($1::text, '') ORDER BY s.type LIMIT $2)
    UNION
    (SELECT h.type FROM jobservice.handler_schemas h WHERE h.type > coalesce($1::text, '') ORDER BY h.type LIMIT $2)
    UNION
    (SELECT u.name FROM jobservice.workers w, unnest(w.types) AS u(name) WHERE w.ended_at IS NULL AND u.name > coalesce($1::text, ''))
) known
ORDER BY name
LIMIT $2
