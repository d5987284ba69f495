-- read_limit_lanes: what lanes of limited jobs stand for.
-- $1 id int[]
-- index limit_lanes_pkey · locks nothing · rows: id, queue_id, type_id, key_ids, keys
SELECT l.id, l.queue_id, l.type_id, l.key_ids, l.keys FROM jobservice.limit_lanes l WHERE l.id = ANY ($1::int[])
