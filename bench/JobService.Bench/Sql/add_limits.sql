-- add_limits: so many limits, every other one of a rate, whose keys jobs of the queue have named; behind each of them {jobs} jobs wait, if any, while it is paused.
INSERT INTO jobservice.queues (name) VALUES ('default') ON CONFLICT DO NOTHING;
INSERT INTO jobservice.job_types (name) VALUES ('bench.noop') ON CONFLICT DO NOTHING;
INSERT INTO jobservice.lanes (queue_id, rank) SELECT id, 4 FROM jobservice.queues WHERE name = 'default' ON CONFLICT DO NOTHING;
INSERT INTO jobservice.limits (pattern, max_running, rate_limit, rate_per_us, rate_burst, is_paused, created_at, updated_at)
SELECT 'tenant:' || n, CASE WHEN n % 2 = 0 THEN 1 + n % 5 END, CASE WHEN n % 2 = 1 THEN 100 END, CASE WHEN n % 2 = 1 THEN 1000000 END, CASE WHEN n % 2 = 1 THEN 10 END, {jobs} > 0, now(), now()
FROM generate_series(1, {limits}) AS n;
SELECT jobservice.settle_limit_keys(array_agg(pattern)) FROM jobservice.limits;
SELECT jobservice.intern_limit_lanes(array_agg(q.id), array_agg(t.id), array_agg(ARRAY[l.pattern]::text))
FROM jobservice.limits l, jobservice.queues q, jobservice.job_types t WHERE q.name = 'default' AND t.name = 'bench.noop';
WITH made AS MATERIALIZED (
    SELECT n, (left(jobservice.first_id(now() - n * interval '1 microsecond')::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid AS id,
           nextval('jobservice.ready_seq') AS seq, l.id AS lane_id, l.queue_id, l.type_id
    FROM jobservice.limit_lanes l, generate_series(1, {jobs}) AS n
), bodies AS (
    INSERT INTO jobservice.jobs (id, created_at, run_at, seq, type_id, queue_id, lane_id, hard_limit_ms, priority, payload)
    SELECT id, now(), now(), seq, type_id, queue_id, lane_id, 330000, 5, format('{"n":%s,"pad":"%s"}', n, repeat('x', 185 - length(n::text)))::json FROM made
)
INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
SELECT seq, id, lane_id, type_id, 330000, 0, 4, 0, 0 FROM made
