-- read_purge_start: which queue is to be purged, and what time it is: jobs that are made from then on stay.
-- $1 name text
-- index queues_name_key · locks nothing · rows: one, if there is such a queue
SELECT q.id, jobservice.now() AS began_at FROM jobservice.queues q WHERE q.name = $1
