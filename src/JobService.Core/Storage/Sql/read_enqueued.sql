-- read_enqueued: what was made of jobs whose first enqueue was committed though its answer was lost.
-- $1 id uuid[] · $2 first_id uuid · $3 end_id uuid (bounds of the ids, so that only their days are read)
-- index jobs_pkey, blocked_jobs_pkey · locks nothing · rows: position (from 1), created_at, run_at, state for each job that is there
SELECT i.position, b.created_at, b.run_at, 
       CASE WHEN EXISTS (SELECT FROM jobservice.blocked_jobs w WHERE w.id = b.id) THEN 1 WHEN b.run_at > b.created_at THEN 2 ELSE 3 END::smallint AS state
FROM unnest($1::uuid[]) WITH ORDINALITY AS i(id, position)
JOIN jobservice.jobs b ON b.id = i.id AND b.id >= $2 AND b.id < $3
