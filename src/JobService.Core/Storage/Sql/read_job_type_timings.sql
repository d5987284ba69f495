-- read_job_type_timings: how long the jobs of a type waited and ran, of those among the last 10,000 that finished.
-- $1 type text
-- index finished_jobs_pkey, jobs_pkey · locks nothing · rows: one: jobs, wait_ms and run_ms, each the median and the 95th percentile (null: there are none)
WITH last AS MATERIALIZED (
    SELECT f.id, f.started_at, f.finished_at FROM jobservice.finished_jobs f ORDER BY f.id DESC LIMIT 10000
)
SELECT count(*) AS jobs,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM l.started_at - j.run_at) * 1000)::double precision) AS wait_ms,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM l.finished_at - l.started_at) * 1000)::double precision) AS run_ms
FROM last l
JOIN jobservice.jobs j ON j.id = l.id
JOIN jobservice.job_types t ON t.id = j.type_id
WHERE t.name = $1 AND l.started_at IS NOT NULL
