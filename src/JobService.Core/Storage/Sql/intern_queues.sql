-- intern_queues: give each name a number, if it has none.
-- $1 name text[]
-- index queues_name_key · locks nothing that exists · rows: id, name of those that are new
INSERT INTO jobservice.queues (name) SELECT DISTINCT n FROM unnest($1::text[]) AS n ORDER BY n ON CONFLICT (name) DO NOTHING RETURNING id, name
