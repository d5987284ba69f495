-- find_limit_lanes: the lanes of sets of keys.
-- $1 queue_id int[] · $2 type_id int[] · $3 keys text[] (an array each, in order)
-- index limit_lanes_queue_id_type_id_keys_key · locks nothing · rows: place (from 1), id of each there is
SELECT given.place, l.id
FROM unnest($1::int[], $2::int[], $3::text[]) WITH ORDINALITY AS given(queue_id, type_id, keys, place)
JOIN jobservice.limit_lanes l ON l.queue_id = given.queue_id AND l.type_id = given.type_id AND l.keys = given.keys::text[]
