-- lose_workers: end the leases that ran out, as far as worker $1 may say so: only while its own holds. When PostgreSQL itself stood still, the
-- first to be heard again is no judge of the others, nor of itself.
-- $1 worker_id int (who asks)
-- index workers_pkey, workers_live_idx · locks those workers' rows, skips locked ones · rows: their ids
UPDATE jobservice.workers w SET state = 'lost', ended_at = jobservice.now()
FROM (
    SELECT id FROM jobservice.workers
    WHERE ended_at IS NULL AND lease_until <= jobservice.now()
      AND EXISTS (SELECT FROM jobservice.workers me WHERE me.id = $1 AND me.ended_at IS NULL AND me.lease_until > jobservice.now())
    FOR UPDATE SKIP LOCKED
) o
WHERE w.id = o.id
RETURNING w.id
