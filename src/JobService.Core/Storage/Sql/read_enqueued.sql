-- read_enqueued: what was made of jobs whose first enqueue was committed though its answer was lost.
-- $1 id uuid[] · $2 first_id uuid · $3 end_id uuid (bounds of the ids, so that only their days are read)
-- index jobs_pkey · locks nothing · rows: position (from 1), created_at, run_at, is_ready for each job that is there
SELECT i.position, b.created_at, b.run_at, b.run_at <= b.created_at AS is_ready
FROM unnest($1::uuid[]) WITH ORDINALITY AS i(id, position)
JOIN jobservice.jobs b ON b.id = i.id AND b.id >= $2 AND b.id < $3
