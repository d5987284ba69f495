-- claim_jobs: move up to $6 ready jobs of the given lanes to running for worker $7: lane by lane, oldest first.
-- $1 queue_id int[] · $2 rank smallint[] · $3 after_seq bigint[] (the lanes' cursors) · $4 max_jobs int[] (a lane's share)
-- $5 type_id int[] · $6 max_jobs int · $7 worker_id int
-- index ready_jobs_pkey · locks one row a job, skips locked rows · rows: the head of ready_seq with each claim, or alone
WITH head AS MATERIALIZED (
    SELECT last_value AS head_seq FROM jobservice.ready_seq
), ready AS MATERIALIZED (
    SELECT r.*
    FROM unnest($1::int[], $2::smallint[], $3::bigint[], $4::int[]) AS lane(queue_id, rank, after_seq, max_jobs)
    CROSS JOIN LATERAL (
        SELECT r.ctid AS place, r.seq
        FROM jobservice.ready_jobs r
        WHERE r.queue_id = lane.queue_id AND r.rank = lane.rank AND r.seq > lane.after_seq AND r.type_id = ANY ($5::int[])
        ORDER BY r.seq
        LIMIT lane.max_jobs
        FOR UPDATE SKIP LOCKED
    ) r
    LIMIT $6
), taken AS (
    DELETE FROM jobservice.ready_jobs r USING ready WHERE r.ctid = ready.place RETURNING r.*
), claims AS (
    INSERT INTO jobservice.running_jobs (id, lease_token, started_at, worker_id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT id, seq, jobservice.now(), $7, queue_id, type_id, hard_limit_ms, attempt + 1, rank, crashes, flags FROM taken
    RETURNING id, lease_token, started_at, queue_id, type_id, attempt, rank, crashes
)
SELECT head.head_seq, claims.* FROM head LEFT JOIN claims ON true
