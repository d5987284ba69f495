-- add_scheduled: jobs of the far future, with their bodies.
INSERT INTO jobservice.queues (name) VALUES ('default') ON CONFLICT DO NOTHING;
INSERT INTO jobservice.job_types (name) VALUES ('bench.noop') ON CONFLICT DO NOTHING;
WITH made AS MATERIALIZED (
    SELECT n, (left(jobservice.first_id(now() - n * interval '1 microsecond')::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid AS id,
           q.id AS queue_id, t.id AS type_id
    FROM generate_series(1, {jobs}) AS n, jobservice.queues q, jobservice.job_types t WHERE q.name = 'default' AND t.name = 'bench.noop'
), bodies AS (
    INSERT INTO jobservice.jobs (id, created_at, run_at, type_id, queue_id, hard_limit_ms, priority, payload)
    SELECT id, now(), now() + interval '30 days', type_id, queue_id, 330000, 5, format('{"n":%s,"pad":"%s"}', n, repeat('x', 185 - length(n::text)))::json FROM made
)
INSERT INTO jobservice.scheduled_jobs (run_at, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, state)
SELECT now() + interval '30 days' + n * interval '1 millisecond', id, queue_id, type_id, 330000, 0, 4, 0, 0, 2 FROM made
