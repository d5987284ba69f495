-- count_queues: count the jobs of each queue that are not final, and note where that differs from what the statistics say: jobs that were there before there were any, or that
-- an earlier version moved without a word.
-- no parameters
-- One statement sees one moment, in which each move is in both or in neither: what jobs do meanwhile makes no difference.
-- scans ready_jobs, scheduled_jobs, running_jobs, blocked_jobs and stat_deltas · locks the row of stat_folds · rows: queue_id, state, jobs of each difference
WITH told AS (
    SELECT jobservice.queue_of(queue_id) AS queue_id, 3::smallint AS state, count(*) AS jobs FROM jobservice.ready_jobs GROUP BY 1
    UNION ALL
    SELECT jobservice.queue_of(queue_id), state, count(*) FROM jobservice.scheduled_jobs GROUP BY 1, 2
    UNION ALL
    SELECT jobservice.queue_of(queue_id), 4, count(*) FROM jobservice.running_jobs GROUP BY 1
    UNION ALL
    SELECT jobservice.queue_of(queue_id), 1, count(*) FROM jobservice.blocked_jobs GROUP BY 1
    UNION ALL
    SELECT q.queue_id, s.state, -s.jobs
    FROM jobservice.queue_depths q, LATERAL (VALUES (1::smallint, q.blocked), (2, q.scheduled), (3, q.queued), (4, q.running), (5, q.retrying)) s(state, jobs)
    UNION ALL
    SELECT queue_id, from_state, sum(jobs) FROM jobservice.stat_deltas WHERE from_state BETWEEN 1 AND 5 GROUP BY queue_id, from_state
    UNION ALL
    SELECT queue_id, to_state, -sum(jobs) FROM jobservice.stat_deltas WHERE to_state BETWEEN 1 AND 5 GROUP BY queue_id, to_state
), wrong AS (
    SELECT queue_id, state, sum(jobs)::int AS jobs FROM told GROUP BY 1, 2 HAVING sum(jobs) <> 0
), counted AS (
    UPDATE jobservice.stat_folds SET counted_at = jobservice.now()
)
INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT queue_id, jobs, 0, state FROM wrong RETURNING queue_id, to_state, jobs
