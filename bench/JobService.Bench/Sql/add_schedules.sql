-- add_schedules: schedules that come again after {period} seconds; {at_once} of them are due at the same instant, in {ahead} seconds, and the
-- others one after the other in the period that follows.
INSERT INTO jobservice.schedules (
    name, every_ms, type, queue, priority, payload, misfire, max_catch_up, overlap, jitter_ms, is_declared, state, anchor_at, next_due_at, missed, runs,
    live_jobs, counted_from, revision, created_at, updated_at)
SELECT 'schedule-' || n, {period} * 1000, 'bench.noop', 'default', 5, format('{"n":%s,"pad":"%s"}', n, repeat('x', 185 - length(n::text)))::json, 0, 10, 1, 0,
       false, 0, due.at, due.at, 0, 0, '{}', now(), 1, now(), now()
FROM generate_series(1, {schedules}) AS n,
     LATERAL (SELECT date_trunc('second', now()) + ({ahead} + CASE WHEN n <= {at_once} THEN 0 ELSE {period} * (n::float8 / {schedules}) END) * interval '1 second' AS at) due
