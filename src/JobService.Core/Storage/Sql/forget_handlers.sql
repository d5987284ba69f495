-- forget_handlers: drop the schemas that nobody has told of for a day, while another of their type was told of.
-- no parameters
-- index handler_schemas_pkey · locks the rows it drops · rows: type of each
DELETE FROM jobservice.handler_schemas h
USING (SELECT type, max(last_seen_at) AS last_seen_at FROM jobservice.handler_schemas GROUP BY type) newest
WHERE newest.type = h.type AND h.last_seen_at < newest.last_seen_at - interval '1 day'
RETURNING h.type
