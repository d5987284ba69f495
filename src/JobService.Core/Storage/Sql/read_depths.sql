-- read_depths: how many jobs wait in queues, whatever they wait for.
-- $1 queue_id int[]
-- index queue_depths_pkey, stat_deltas_xid_idx · locks nothing · rows: queue_id, jobs of each that ever had one
SELECT d.queue_id, d.blocked + d.scheduled + d.queued + d.retrying AS jobs FROM jobservice.current_depths d WHERE d.queue_id = ANY ($1::int[])
