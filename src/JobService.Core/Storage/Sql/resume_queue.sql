-- resume_queue: let a queue be claimed from again. Before change_claim_settings, in its transaction.
-- $1 name text
-- index queues_name_key · locks its row · rows: none
UPDATE jobservice.queues AS q
SET paused_at = NULL, paused_because = NULL, paused_by = NULL, updated_at = CASE WHEN q.paused_at IS NULL THEN q.updated_at ELSE jobservice.now() END
WHERE q.name = $1
