-- promote_due_jobs: move up to $2 due jobs from scheduled to ready, the longest due first.
-- $1 after timestamptz (where due jobs begin, as far as the caller knows) · $2 max_jobs int
-- index scheduled_jobs_pkey · locks one row a job, skips locked rows · rows: run_at of each, in order
WITH due AS MATERIALIZED (
    SELECT s.ctid AS place
    FROM jobservice.scheduled_jobs s
    WHERE s.run_at > $1 AND s.run_at <= jobservice.now()
    ORDER BY s.run_at, s.id
    LIMIT $2
    FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM jobservice.scheduled_jobs s USING due WHERE s.ctid = due.place RETURNING s.*
), moved AS (
    INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, ready_at)
    SELECT nextval('jobservice.ready_seq'), o.id, o.queue_id, o.type_id, o.hard_limit_ms, o.attempt, o.rank, o.crashes, o.flags | 1, o.run_at
    FROM (SELECT * FROM taken ORDER BY run_at, id) o
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT jobservice.queue_of(queue_id), count(*), state, 3 FROM taken GROUP BY 1, 3
)
SELECT run_at FROM taken ORDER BY run_at
