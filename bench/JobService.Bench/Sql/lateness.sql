-- lateness: how many µs after its time a schedule's job started, that of {percent} of a hundred: of all schedules that came up from {skip} s
-- after the first to 1 s before the last start. One whose job has not started is late until now.
SELECT (extract(epoch FROM percentile_disc({percent} / 100.0) WITHIN GROUP (ORDER BY coalesce(f.started_at, clock_timestamp()) - s.anchor_at)) * 1000000)::bigint
FROM jobservice.schedules s
LEFT JOIN jobservice.schedule_runs r ON r.schedule_id = s.id AND r.due_at = s.anchor_at
LEFT JOIN jobservice.finished_jobs f ON f.id = r.job_id,
     (SELECT min(anchor_at) AS first FROM jobservice.schedules) of,
     (SELECT max(started_at) AS last FROM jobservice.finished_jobs) until
WHERE s.anchor_at >= of.first + {skip} * interval '1 second' AND s.anchor_at <= greatest(of.first, until.last - interval '1 second')
