-- read_names: the interned names of queues and types.
-- no parameters
-- locks nothing · rows: is_queue, id, name
SELECT true AS is_queue, id, name FROM jobservice.queues
UNION ALL
SELECT false, id, name FROM jobservice.job_types
