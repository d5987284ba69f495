-- add_schedules: schedules that are due once a day by the clocks of a city, and leave an occurrence out while a job still runs, as by default; {at_once} of
-- them at the same instant, in {ahead} seconds, and the others second by second in the {period} seconds that follow.
INSERT INTO jobservice.schedules (
    name, cron, time_zone, type, queue, priority, payload, misfire, max_catch_up, overlap, jitter_ms, is_declared, state, anchor_at, next_due_at, missed, runs,
    live_jobs, counted_from, revision, created_at, updated_at)
SELECT 'schedule-' || n, to_char(due.at AT TIME ZONE 'Europe/Vienna', 'FMSS FMMI FMHH24') || ' * * *', 'Europe/Vienna', 'bench.noop', 'default', 5,
       format('{"n":%s,"pad":"%s"}', n, repeat('x', 185 - length(n::text)))::json, 0, 10, 0, 0, false, 0, due.at, due.at, 0, 0, '{}', now(), 1, now(), now()
FROM generate_series(1, {schedules}) AS n,
     LATERAL (SELECT date_trunc('second', now()) + ({ahead} + CASE WHEN n <= {at_once} THEN 0 ELSE n::bigint * {period} / {schedules} END) * interval '1 second' AS at) due
