-- add_history: daily partitions of the past, each with jobs that have succeeded.
DO $$
BEGIN
    FOR day IN 2..{days} LOOP
        PERFORM jobservice.create_partitions((now() AT TIME ZONE 'UTC')::date - day);
    END LOOP;
END $$;
INSERT INTO jobservice.queues (name) VALUES ('default') ON CONFLICT DO NOTHING;
INSERT INTO jobservice.job_types (name) VALUES ('bench.noop') ON CONFLICT DO NOTHING;
CREATE TEMP TABLE history AS
SELECT at, (left(jobservice.first_id(at)::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid AS id
FROM (SELECT date_trunc('day', now()) - day * interval '1 day' + n * interval '20 seconds' AS at
      FROM generate_series(2, {days}) AS day, generate_series(1, {jobs}) AS n) made;
INSERT INTO jobservice.jobs (id, created_at, run_at, type_id, queue_id, hard_limit_ms, priority, payload)
SELECT h.id, h.at, h.at, t.id, q.id, 330000, 5, format('{"n":0,"pad":"%s"}', repeat('x', 184))::json
FROM history h, jobservice.queues q, jobservice.job_types t WHERE q.name = 'default' AND t.name = 'bench.noop';
INSERT INTO jobservice.finished_jobs (id, finished_at, started_at, attempt, crashes, state) SELECT id, at, at, 1, 0, 6 FROM history;
DROP TABLE history
