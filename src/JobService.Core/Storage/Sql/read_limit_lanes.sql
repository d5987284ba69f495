-- read_limit_lanes: what lanes of limited jobs stand for.
-- $1 id int[]
-- index limit_lanes_pkey, limit_keys_pkey · locks nothing · rows: id, queue_id, type_id, key_ids, keys of each, and whether one of its keys is still to be settled
SELECT l.id, l.queue_id, l.type_id, l.key_ids, l.keys, EXISTS (SELECT FROM jobservice.limit_keys k WHERE k.id = ANY (l.key_ids) AND NOT k.is_settled) AS is_unsettled
FROM jobservice.limit_lanes l WHERE l.id = ANY ($1::int[])
