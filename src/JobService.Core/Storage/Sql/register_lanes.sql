-- register_lanes: tell claimers where to look, before a job is first put there.
-- $1 queue_id int[] · $2 rank smallint[]
-- index lanes_pkey · locks nothing that exists · no rows
INSERT INTO jobservice.lanes (queue_id, rank) SELECT DISTINCT l.queue_id, l.rank FROM unnest($1::int[], $2::smallint[]) AS l(queue_id, rank)
ORDER BY 1, 2 ON CONFLICT DO NOTHING
