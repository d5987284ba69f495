-- read_queue_statistics: what one queue, or each, is doing: how many jobs it has in each state, and what came and went since the minute before this one began.
-- $1 name text (null: each)
-- index limits_pkey, queue_depths, stat_deltas_xid_idx, stat_minutes_pkey · locks nothing
-- rows: as read_queue has them, then blocked, scheduled, queued, running, retrying, seconds (in which:) enqueued, finished, queued_change; by name
SELECT q.name, q.created_at, q.updated_at, q.weight, q.keep_ms, q.max_depth, q.max_running, q.rate_limit, q.rate_per_us, q.rate_burst, q.paused_at, q.paused_because, q.paused_by,
       greatest(coalesce(d.blocked, 0), 0), greatest(coalesce(d.scheduled, 0), 0), greatest(coalesce(d.queued, 0), 0), greatest(coalesce(d.running, 0), 0), greatest(coalesce(d.retrying, 0), 0),
       date_part('epoch', recent.now - recent.since) AS seconds,
       coalesce(m.enqueued, 0), coalesce(m.finished, 0), coalesce(m.queued_change, 0)
FROM (SELECT now, date_bin('1 minute', now, 'epoch') - interval '1 minute' AS since FROM (SELECT jobservice.now() AS now) n) recent
CROSS JOIN jobservice.queue_views q
LEFT JOIN jobservice.current_depths d ON d.queue_id = q.id
LEFT JOIN LATERAL (
    SELECT sum(m.enqueued) AS enqueued, sum(m.succeeded + m.failed + m.cancelled) AS finished, sum(m.queued_change) AS queued_change
    FROM jobservice.stat_minutes m WHERE m.queue_id = q.id AND m.minute >= recent.since
) m ON true
WHERE $1::text IS NULL OR q.name = $1
ORDER BY q.name
