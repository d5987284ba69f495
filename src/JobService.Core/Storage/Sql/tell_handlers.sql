-- tell_handlers: workers have handlers with these schemas.
-- $1 type text[] · $2 hash text[] · $3 schema json[]
-- index handler_schemas_pkey · locks the rows of the same schemas, in order · rows: is_new for each
INSERT INTO jobservice.handler_schemas AS h (type, hash, schema, first_seen_at, last_seen_at)
SELECT s.type, s.hash, s.schema, jobservice.now(), jobservice.now()
FROM unnest($1::text[], $2::text[], $3::json[]) AS s(type, hash, schema)
ORDER BY s.type, s.hash
ON CONFLICT (type, hash) DO UPDATE SET last_seen_at = greatest(h.last_seen_at, excluded.last_seen_at)
RETURNING xmax = 0 AS is_new
