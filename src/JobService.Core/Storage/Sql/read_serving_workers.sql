-- read_serving_workers: the globs of the queues that each live worker claims from.
-- no parameters
-- index workers_live_idx · locks nothing · rows: queues of each worker
SELECT queues FROM jobservice.workers WHERE ended_at IS NULL AND state = 'running' AND lease_until > jobservice.now()
