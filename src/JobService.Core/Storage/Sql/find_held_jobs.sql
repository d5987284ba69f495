-- find_held_jobs: which of some jobs another transaction holds at this instant, wherever they are. One that is just moving may be named as well.
-- $1 ids uuid[]
-- index jobs_pkey, then one lookup a job and place · locks their rows while it runs, skips locked rows · rows: one: their ids, in no order
WITH body AS MATERIALIZED (
    SELECT id, coalesce(lane_id, queue_id) AS queue_id, (9 - priority)::smallint AS rank, seq FROM jobservice.jobs WHERE id = ANY ($1)
), there AS MATERIALIZED (
    SELECT id FROM body
    UNION ALL
    SELECT r.id FROM body b JOIN jobservice.ready_jobs r ON r.queue_id = b.queue_id AND r.rank = b.rank AND r.seq = b.seq AND r.id = b.id AND (r.flags & 1) = 0
    UNION ALL
    SELECT r.id FROM jobservice.ready_jobs r WHERE r.id = ANY ($1) AND (r.flags & 1) = 1
    UNION ALL
    SELECT s.id FROM jobservice.scheduled_jobs s WHERE s.id = ANY ($1)
    UNION ALL
    SELECT w.id FROM jobservice.blocked_jobs w WHERE w.id = ANY ($1)
    UNION ALL
    SELECT r.id FROM jobservice.running_jobs r WHERE r.id = ANY ($1)
    UNION ALL
    SELECT f.id FROM jobservice.finished_jobs f WHERE f.id = ANY ($1)
), free_body AS MATERIALIZED (
    SELECT j.id FROM jobservice.jobs j WHERE j.id = ANY ($1) FOR UPDATE SKIP LOCKED
), free_queued AS MATERIALIZED (
    SELECT r.id FROM body b JOIN jobservice.ready_jobs r ON r.queue_id = b.queue_id AND r.rank = b.rank AND r.seq = b.seq AND r.id = b.id AND (r.flags & 1) = 0
    FOR UPDATE OF r SKIP LOCKED
), free_moved AS MATERIALIZED (
    SELECT r.id FROM jobservice.ready_jobs r WHERE r.id = ANY ($1) AND (r.flags & 1) = 1 FOR UPDATE SKIP LOCKED
), free_scheduled AS MATERIALIZED (
    SELECT s.id FROM jobservice.scheduled_jobs s WHERE s.id = ANY ($1) FOR UPDATE SKIP LOCKED
), free_blocked AS MATERIALIZED (
    SELECT w.id FROM jobservice.blocked_jobs w WHERE w.id = ANY ($1) FOR UPDATE SKIP LOCKED
), free_running AS MATERIALIZED (
    SELECT r.id FROM jobservice.running_jobs r WHERE r.id = ANY ($1) FOR UPDATE SKIP LOCKED
), free_finished AS MATERIALIZED (
    SELECT f.id FROM jobservice.finished_jobs f WHERE f.id = ANY ($1) FOR UPDATE SKIP LOCKED
), held AS (
    SELECT id FROM there
    EXCEPT ALL
    (SELECT id FROM free_body UNION ALL SELECT id FROM free_queued UNION ALL SELECT id FROM free_moved UNION ALL SELECT id FROM free_scheduled
     UNION ALL SELECT id FROM free_blocked UNION ALL SELECT id FROM free_running UNION ALL SELECT id FROM free_finished)
)
SELECT ARRAY(SELECT DISTINCT h.id FROM held h)
