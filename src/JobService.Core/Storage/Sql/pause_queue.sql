-- pause_queue: pause a queue, or make it paused. One that is paused keeps its reason. Before change_claim_settings, in its transaction.
-- $1 name text · $2 reason text · $3 actor text
-- index queues_name_key · locks its row · rows: none
INSERT INTO jobservice.queues AS q (name, paused_at, paused_because, paused_by) VALUES ($1, jobservice.now(), $2, $3)
ON CONFLICT (name) DO UPDATE
SET paused_at = coalesce(q.paused_at, excluded.paused_at),
    paused_because = CASE WHEN q.paused_at IS NULL THEN excluded.paused_because ELSE q.paused_because END,
    paused_by = CASE WHEN q.paused_at IS NULL THEN excluded.paused_by ELSE q.paused_by END,
    updated_at = CASE WHEN q.paused_at IS NULL THEN jobservice.now() ELSE q.updated_at END
