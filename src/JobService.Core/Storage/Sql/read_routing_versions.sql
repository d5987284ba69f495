-- read_routing_versions: how far the changes are of the routes, of job types and of which queues are bounded.
-- no parameters
-- locks nothing · rows: one: routes, job_types, bounded_queues
SELECT max(version) FILTER (WHERE name = 'routes') AS routes, max(version) FILTER (WHERE name = 'job_types') AS job_types,
       max(version) FILTER (WHERE name = 'bounded_queues') AS bounded_queues
FROM jobservice.routing_versions
