-- read_routing_versions: how far the changes are of the routes and of job types.
-- no parameters
-- locks nothing · rows: one: routes, job_types
SELECT max(version) FILTER (WHERE name = 'routes') AS routes, max(version) FILTER (WHERE name = 'job_types') AS job_types
FROM jobservice.routing_versions
