-- read_final_jobs: which of the jobs are final, for those who wait for them.
-- $1 id uuid[] · $2 first_id uuid · $3 last_id uuid (their bounds, so that only the partitions between are read)
-- index finished_jobs_pkey · locks nothing · rows: one a final job
SELECT id FROM jobservice.finished_jobs WHERE id = ANY ($1::uuid[]) AND id >= $2 AND id <= $3
