-- read_lanes: every lane that has ever held a ready job, with the name of its queue.
-- no parameters
-- locks nothing · rows: queue_id, rank, name
SELECT l.queue_id, l.rank, q.name FROM jobservice.lanes l JOIN jobservice.queues q ON q.id = l.queue_id ORDER BY l.rank, l.queue_id
