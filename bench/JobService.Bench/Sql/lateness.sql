-- lateness: how many µs after it was due a schedule's job started, that of {percent} of a hundred; without those of the first {skip} seconds.
SELECT (extract(epoch FROM percentile_disc({percent} / 100.0) WITHIN GROUP (ORDER BY f.started_at - r.due_at)) * 1000000)::bigint
FROM jobservice.schedule_runs r JOIN jobservice.finished_jobs f ON f.id = r.job_id
WHERE r.due_at >= (SELECT min(due_at) FROM jobservice.schedule_runs) + {skip} * interval '1 second'
