-- renew_lease: a worker lives. Nothing is renewed that has ended.
-- $1 worker_id int · $2 lease_ms bigint · $3 is_draining boolean
-- index workers_pkey · locks the worker's row · rows: its id, while its lease holds
UPDATE jobservice.workers
SET beat_at = jobservice.now(), lease_until = jobservice.now() + $2 * interval '1 millisecond', state = CASE WHEN $3 THEN 'draining' ELSE 'running' END
WHERE id = $1 AND ended_at IS NULL AND lease_until > jobservice.now()
RETURNING id
