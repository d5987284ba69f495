-- read_cancel_requests: the running jobs of a worker that someone wants cancelled.
-- $1 worker_id int · $2 id uuid[] (what the worker runs)
-- index running_jobs_pkey · locks nothing · rows: one a request
SELECT id, lease_token, cancel_reason
FROM jobservice.running_jobs
WHERE id = ANY ($2::uuid[]) AND worker_id = $1 AND cancel_requested_at IS NOT NULL
