-- advance_routing_version: the routes or job types become others; from here on nobody else changes them until the transaction ends.
-- $1 name text · $2 expected bigint (null: whichever it is)
-- index routing_versions_pkey · locks its row · rows: the new version; none where it is not the one that is expected
UPDATE jobservice.routing_versions SET version = version + 1 WHERE name = $1 AND ($2 IS NULL OR version = $2) RETURNING version
