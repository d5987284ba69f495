-- read_queue_history: the minutes of a queue, the last first, and its depths at their end: those of now without what changed since.
-- $1 name text · $2 from_minute timestamptz · $3 to_minute timestamptz (the first that is not of them)
-- index queues_name_key, queue_depths_pkey, stat_minutes_pkey · locks nothing
-- rows: none when there is no such queue; else blocked, scheduled, queued, running, retrying at the end, and with each minute what happened in it; without any minute one row
SELECT stood.blocked, stood.scheduled, stood.queued, stood.running, stood.retrying, m.minute, m.enqueued, m.started, m.succeeded, m.failed, m.cancelled, m.retried,
       m.blocked_change, m.scheduled_change, m.queued_change, m.running_change, m.retrying_change, m.waits, m.runs
FROM jobservice.queues q
CROSS JOIN LATERAL (
    SELECT coalesce(max(d.blocked), 0) - coalesce(sum(l.blocked_change), 0) AS blocked,
           coalesce(max(d.scheduled), 0) - coalesce(sum(l.scheduled_change), 0) AS scheduled, coalesce(max(d.queued), 0) - coalesce(sum(l.queued_change), 0) AS queued,
           coalesce(max(d.running), 0) - coalesce(sum(l.running_change), 0) AS running, coalesce(max(d.retrying), 0) - coalesce(sum(l.retrying_change), 0) AS retrying
    FROM jobservice.queue_depths d LEFT JOIN jobservice.stat_minutes l ON l.queue_id = d.queue_id AND l.minute >= $3
    WHERE d.queue_id = q.id
) stood
LEFT JOIN jobservice.stat_minutes m ON m.queue_id = q.id AND m.minute >= $2 AND m.minute < $3
WHERE q.name = $1
ORDER BY m.minute DESC
