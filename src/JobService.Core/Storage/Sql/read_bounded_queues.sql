-- read_bounded_queues: the queues that hold so many jobs and no more.
-- no parameters
-- index queues_bounded_idx · locks nothing · rows: name
SELECT q.name FROM jobservice.queues q WHERE q.max_depth IS NOT NULL
