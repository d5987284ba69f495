-- claim_limited_jobs: move ready jobs of lanes whose keys are locked to running for worker $6, oldest first, and count them under their keys.
-- $1 queue_id int[] · $2 rank smallint[] · $3 after_seq bigint[] (the lanes' cursors) · $4 max_jobs int[] (as many as their keys let through) · $5 type_ids text[] (an array each)
-- $6 worker_id int · $7 first_id uuid · $8 end_id uuid (the day whose bodies are read in the same breath) · $9 lane int[] (places in $1) · $10 key_id int[] (a limited key of that lane)
-- index ready_jobs_pkey, limit_keys_pkey, limit_holds_pkey, jobs_pkey · locks one row a job, skips locked rows; the rows of the keys are locked already
-- rows: as claim_jobs has them
WITH head AS MATERIALIZED (
    SELECT last_value AS head_seq FROM jobservice.ready_seq
), lane AS MATERIALIZED (
    SELECT * FROM unnest($1::int[], $2::smallint[], $3::bigint[], $4::int[], $5::text[]) WITH ORDINALITY AS given(queue_id, rank, after_seq, max_jobs, type_ids, number)
), ready AS MATERIALIZED (
    SELECT r.place, lane.number
    FROM lane CROSS JOIN LATERAL (
        SELECT r.ctid AS place
        FROM jobservice.ready_jobs r
        WHERE r.queue_id = lane.queue_id AND r.rank = lane.rank AND r.seq > lane.after_seq AND r.type_id = ANY (lane.type_ids::int[])
        ORDER BY r.seq
        LIMIT lane.max_jobs
        FOR UPDATE SKIP LOCKED
    ) r
), taken AS (
    DELETE FROM jobservice.ready_jobs r USING ready WHERE r.ctid = ready.place RETURNING r.*, ready.number
), claimed AS (
    INSERT INTO jobservice.running_jobs (id, lease_token, started_at, worker_id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT id, seq, jobservice.now(), $6, queue_id, type_id, hard_limit_ms, attempt + 1, rank, crashes, flags FROM taken
), counted AS MATERIALIZED (
    SELECT t.id, t.seq, k.key_id FROM taken t JOIN unnest($9::int[], $10::int[]) AS k(number, key_id) ON k.number = t.number
), held AS (
    INSERT INTO jobservice.limit_holds (key_id, id, lease_token, started_at)
    SELECT c.key_id, c.id, c.seq, jobservice.now() FROM counted c WHERE EXISTS (SELECT FROM jobservice.limit_keys k WHERE k.id = c.key_id AND k.max_running IS NOT NULL)
), paced AS (
    UPDATE jobservice.limit_keys k
    SET next_start_at = greatest(k.next_start_at, jobservice.now()) + u.starts * k.rate_interval_us * interval '1 microsecond'
    FROM (SELECT key_id, count(*) AS starts FROM counted GROUP BY key_id) u
    WHERE k.id = u.key_id AND k.rate_interval_us IS NOT NULL
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state, bucket)
    SELECT jobservice.queue_of(queue_id), sum(jobs), 3, 4, jobservice.bucket_of(jobservice.now() - ready_at)
    FROM (SELECT queue_id, ready_at, count(*) AS jobs FROM taken GROUP BY 1, 2) alike GROUP BY 1, 5
)
SELECT head.head_seq, taken.id, taken.seq AS lease_token, jobservice.now() AS started_at, taken.queue_id, taken.type_id, taken.attempt + 1 AS attempt,
       taken.rank, taken.crashes, body.*
FROM head LEFT JOIN taken ON true
LEFT JOIN LATERAL (
    SELECT j.created_at, j.run_at, j.expires_at, j.deadline_at, j.priority, j.attempts_forgiven, j.policies, j.tags::text, j.metadata, j.payload,
           j.trace_parent, j.trace_state, j.schedule,
           CASE WHEN j.deadline_at <= jobservice.now() THEN 'deadline' WHEN j.expires_at <= jobservice.now() THEN 'expired' END AS too_late
    FROM jobservice.jobs j
    WHERE j.id = taken.id AND j.id >= $7 AND j.id < $8
    OFFSET 0
) body ON true
