-- add_backlog: jobs that wait in the queue, as many enqueues would have left them.
INSERT INTO jobservice.queues (name) VALUES ('default') ON CONFLICT DO NOTHING;
INSERT INTO jobservice.job_types (name) VALUES ('bench.noop') ON CONFLICT DO NOTHING;
INSERT INTO jobservice.lanes (queue_id, rank) SELECT id, 4 FROM jobservice.queues WHERE name = 'default' ON CONFLICT DO NOTHING;
WITH made AS MATERIALIZED (
    SELECT n, (left(jobservice.first_id(now() + n * interval '1 microsecond')::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid AS id,
           nextval('jobservice.ready_seq') AS seq, q.id AS queue_id, t.id AS type_id
    FROM generate_series(1, {jobs}) AS n, jobservice.queues q, jobservice.job_types t WHERE q.name = 'default' AND t.name = 'bench.noop'
), bodies AS (
    INSERT INTO jobservice.jobs (id, created_at, run_at, seq, type_id, queue_id, hard_limit_ms, priority, payload)
    SELECT id, now(), now(), seq, type_id, queue_id, 330000, 5, format('{"n":%s,"pad":"%s"}', n, repeat('x', 185 - length(n::text)))::json FROM made
)
INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
SELECT seq, id, queue_id, type_id, 330000, 0, 4, 0, 0 FROM made
