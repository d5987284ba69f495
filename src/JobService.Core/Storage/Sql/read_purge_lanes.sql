-- read_purge_lanes: the lanes of a queue, and the highest seq anyone has drawn: what becomes ready from now on is behind it.
-- $1 queue_id int
-- index lanes_pkey · locks nothing · rows: one: head_seq, the ranks
SELECT (SELECT last_value FROM jobservice.ready_seq) AS head_seq, ARRAY(SELECT l.rank FROM jobservice.lanes l WHERE l.queue_id = $1 ORDER BY l.rank) AS ranks
