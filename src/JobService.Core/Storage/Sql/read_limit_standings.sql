-- read_limit_standings: where the limited keys of a job stand.
-- $1 id uuid · $2 max_holders int (of each key)
-- index jobs_pkey, limit_keys_key_key, limit_holds_pkey, running_jobs_pkey · locks nothing · rows: a limited key each, how many run under it and which, the longest running first; the time
SELECT k.key, k.pattern, k.max_running, k.rate_interval_us, k.rate_burst, k.is_paused, k.next_start_at, held.running, held.ids, jobservice.now() AS now
FROM jobservice.jobs j
JOIN jobservice.queues q ON q.id = j.queue_id
JOIN jobservice.job_types t ON t.id = j.type_id
LEFT JOIN jobservice.limit_lanes l ON l.id = j.lane_id
JOIN jobservice.limit_keys k ON k.key = ANY (coalesce(l.keys, '{}') || ARRAY['queue:' || q.name, 'type:' || t.name]) AND k.pattern IS NOT NULL
CROSS JOIN LATERAL (
    SELECT count(*)::int AS running, (array_agg(r.id ORDER BY r.started_at, r.id))[1:$2] AS ids
    FROM jobservice.limit_holds h JOIN jobservice.running_jobs r ON r.id = h.id AND r.lease_token = h.lease_token
    WHERE h.key_id = k.id
) held
WHERE j.id = $1
ORDER BY k.key
