-- leave_worker: a worker stops; what it may still hold is reclaimed by the next sweep.
-- $1 worker_id int
-- index workers_pkey · locks the worker's row · no rows
UPDATE jobservice.workers SET state = 'stopped', ended_at = jobservice.now(), lease_until = least(lease_until, jobservice.now())
WHERE id = $1 AND ended_at IS NULL
