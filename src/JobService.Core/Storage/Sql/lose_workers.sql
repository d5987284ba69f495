-- lose_workers: end the leases that ran out.
-- no parameters
-- index workers_live_idx · locks those workers' rows, skips locked ones · rows: their ids
UPDATE jobservice.workers w SET state = 'lost', ended_at = jobservice.now()
FROM (SELECT id FROM jobservice.workers WHERE ended_at IS NULL AND lease_until <= jobservice.now() FOR UPDATE SKIP LOCKED) o
WHERE w.id = o.id
RETURNING w.id
