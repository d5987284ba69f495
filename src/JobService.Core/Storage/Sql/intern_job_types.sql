-- intern_job_types: give each name a number, if it has none.
-- $1 name text[]
-- index job_types_name_key · locks nothing that exists · rows: id, name of those that are new
INSERT INTO jobservice.job_types (name) SELECT DISTINCT n FROM unnest($1::text[]) AS n ORDER BY n ON CONFLICT (name) DO NOTHING RETURNING id, name
