-- settle_limit_lanes: see to it that limits hold for the keys of lanes that transactions of callers have made.
-- $1 id int[]
-- index limit_lanes_pkey, limit_keys_pkey · locks limits against being set meanwhile, and the keys that are not settled · rows: none that matter
SELECT jobservice.settle_limit_lanes($1::int[])
