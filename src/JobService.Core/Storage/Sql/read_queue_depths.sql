-- read_queue_depths: how many jobs each queue has in each state that is not final.
-- no parameters
-- index stat_deltas_xid_idx · locks nothing · rows: name, blocked, scheduled, queued, running, retrying of each queue that ever had one
SELECT q.name, greatest(d.blocked, 0), greatest(d.scheduled, 0), greatest(d.queued, 0), greatest(d.running, 0), greatest(d.retrying, 0)
FROM jobservice.current_depths d JOIN jobservice.queues q ON q.id = d.queue_id
