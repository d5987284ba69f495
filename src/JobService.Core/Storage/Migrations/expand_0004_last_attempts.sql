-- A job that waits, or ended while it waited, shows when its last attempt began and which worker ran it. That attempt is looked up only
-- where neither the row of its end nor that of its running tells.
CREATE OR REPLACE VIEW jobservice.job_views AS
SELECT j.id, t.name AS type, q.name AS queue, j.priority, j.created_at, coalesce(CASE s.state WHEN 2 THEN s.run_at END, j.run_at) AS run_at,
       j.expires_at, j.deadline_at, j.tags, j.metadata, j.payload, j.policies, j.routed_by, j.replay_of, j.trace_parent,
       j.attempts_forgiven, j.revision, j.is_erased,
       f.state AS finished_state, r.id AS running_id, s.state AS scheduled_state,
       coalesce(f.attempt, r.attempt, s.attempt, d.attempt, 0) AS attempt,
       coalesce(f.crashes, r.crashes, s.crashes, d.crashes, 0::smallint) AS crashes,
       coalesce(f.started_at, r.started_at, l.started_at) AS started_at,
       f.finished_at, f.reason, CASE WHEN f.result_until <= jobservice.now() THEN NULL ELSE f.result END AS result,
       coalesce(f.result_until <= jobservice.now(), false) AS is_result_gone,
       CASE s.state WHEN 5 THEN s.run_at END AS next_retry_at,
       coalesce(f.cancel_requested_at, r.cancel_requested_at) AS cancel_requested_at, r.cancel_reason, w.name AS worker,
       e.attempt AS error_attempt, e.failure AS error_failure, e.error_type, e.message AS error_message, e.stack AS error_stack,
       e.started_at AS error_started_at, e.finished_at AS error_at, ew.name AS error_worker, j.created_by
FROM jobservice.jobs j
JOIN jobservice.job_types t ON t.id = j.type_id
JOIN jobservice.queues q ON q.id = j.queue_id
LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
LEFT JOIN jobservice.running_jobs r ON r.id = j.id
LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
LEFT JOIN jobservice.ready_jobs d ON d.id = j.id AND (d.flags & 1) = 1
LEFT JOIN LATERAL (SELECT * FROM jobservice.attempts a WHERE a.id = j.id AND a.failure <= 4 ORDER BY a.attempt DESC LIMIT 1) e ON true
LEFT JOIN LATERAL (
    SELECT a.started_at, a.worker_id FROM jobservice.attempts a
    WHERE a.id = j.id AND f.started_at IS NULL AND r.id IS NULL ORDER BY a.attempt DESC LIMIT 1
) l ON true
LEFT JOIN jobservice.workers w ON w.id = coalesce(l.worker_id, f.worker_id, r.worker_id)
LEFT JOIN jobservice.workers ew ON ew.id = e.worker_id;
