-- save_limit: set what holds for a key, or for all that begin alike. Before change_claim_settings, in its transaction, so that none is under way when it is committed.
-- $1 pattern text · $2 max_running int · $3 rate_limit int · $4 rate_per_us bigint · $5 rate_burst int · $6 is_paused boolean
-- index limits_pkey · locks its row · rows: whether it is new
INSERT INTO jobservice.limits AS l (pattern, max_running, rate_limit, rate_per_us, rate_burst, is_paused, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, jobservice.now(), jobservice.now())
ON CONFLICT (pattern) DO UPDATE
SET max_running = excluded.max_running, rate_limit = excluded.rate_limit, rate_per_us = excluded.rate_per_us, rate_burst = excluded.rate_burst,
    is_paused = excluded.is_paused, updated_at = excluded.updated_at
RETURNING l.xmax = 0 AS is_new
