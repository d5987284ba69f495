-- intern_limit_lanes: give each set of keys of a queue and a type a lane, if it has none, and each key that is new what holds for it.
-- $1 queue_id int[] · $2 type_id int[] · $3 keys text[] (an array each, in order)
-- index limit_lanes_queue_id_type_id_keys_key · locks limits against being set meanwhile · rows: none
SELECT jobservice.intern_limit_lanes($1::int[], $2::int[], $3::text[])
