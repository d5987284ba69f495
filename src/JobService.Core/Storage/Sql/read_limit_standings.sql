-- read_limit_standings: where the limited keys of a job stand. Of a key that a caller's transaction made, and that nobody has claimed under since, the limit is looked up as it will be then.
-- $1 id uuid · $2 max_holders int (of each key)
-- index jobs_pkey, limit_keys_key_key, limits_pkey, limit_holds_pkey, running_jobs_pkey · locks nothing · rows: a limited key each, how many run under it and which, the longest running first; the time
SELECT k.key, l.pattern, l.max_running, l.rate_interval_us, l.rate_burst, l.is_paused, k.next_start_at, held.running, held.ids, jobservice.now() AS now
FROM jobservice.jobs j
JOIN jobservice.queues q ON q.id = j.queue_id
JOIN jobservice.job_types t ON t.id = j.type_id
LEFT JOIN jobservice.limit_lanes lane ON lane.id = j.lane_id
JOIN jobservice.limit_keys k ON k.key = ANY (coalesce(lane.keys, '{}') || ARRAY['queue:' || q.name, 'type:' || t.name])
CROSS JOIN LATERAL (
    SELECT k.pattern, k.max_running, k.rate_interval_us, k.rate_burst, k.is_paused
    WHERE k.is_settled AND k.pattern IS NOT NULL
    UNION ALL
    (SELECT s.pattern, s.max_running, (s.rate_per_us + s.rate_limit - 1) / s.rate_limit, s.rate_burst, s.is_paused
     FROM jobservice.limits s
     WHERE NOT k.is_settled AND (s.pattern = k.key OR s.pattern = ANY (ARRAY(SELECT left(k.key, n) || '*' FROM generate_series(0, length(k.key)) AS n)))
     ORDER BY s.pattern = k.key DESC, length(s.pattern) DESC
     LIMIT 1)
) l
CROSS JOIN LATERAL (
    SELECT count(*)::int AS running, (array_agg(r.id ORDER BY r.started_at, r.id))[1:$2] AS ids
    FROM jobservice.limit_holds h JOIN jobservice.running_jobs r ON r.id = h.id AND r.lease_token = h.lease_token
    WHERE h.key_id = k.id
) held
WHERE j.id = $1
ORDER BY k.key
