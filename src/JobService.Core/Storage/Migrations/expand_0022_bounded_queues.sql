-- A queue may hold so many jobs that wait, and no more. Which queues are so, each process knows as it knows the routes: only their jobs are counted as they come.
ALTER TABLE jobservice.routing_versions
    DROP CONSTRAINT routing_versions_name_check,
    ADD CONSTRAINT routing_versions_name_check CHECK (name IN ('routes', 'job_types', 'bounded_queues'));

INSERT INTO jobservice.routing_versions (name, version) VALUES ('bounded_queues', 1);

CREATE INDEX queues_bounded_idx ON jobservice.queues (id) WHERE max_depth IS NOT NULL;

-- A queue as people set it; how many of its jobs run and start is the limit of its key.
CREATE VIEW jobservice.queue_views AS
SELECT q.id, q.name, q.created_at, coalesce(q.updated_at, q.created_at) AS updated_at, q.weight, q.keep_ms, q.max_depth,
       l.max_running, l.rate_limit, l.rate_per_us, l.rate_burst, q.paused_at, q.paused_because, q.paused_by
FROM jobservice.queues q LEFT JOIN jobservice.limits l ON l.pattern = 'queue:' || q.name;
