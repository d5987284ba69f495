-- claim_jobs: move up to $6 ready jobs of the given lanes to running for worker $7: lane by lane, oldest first, and at most one suspect.
-- $1 queue_id int[] · $2 rank smallint[] (100 and more: suspects) · $3 after_seq bigint[] (the lanes' cursors) · $4 max_jobs int[] (a lane's share)
-- $5 type_id int[] · $6 max_jobs int · $7 worker_id int
-- $8 first_id uuid · $9 end_id uuid (the day whose bodies are read in the same breath: the one most claims are of)
-- $10 version bigint (of the settings by which the lanes were chosen: under others nothing is moved)
-- $11 share int[] (by lane: to which share it belongs, from 1, each share's lanes beside each other) · $12 room int[] (by share: how many jobs of all its lanes)
-- $13 after_seq bigint · $14 before_rank smallint (where a limited job of a lower rank came to wait since, nothing is moved; null: that doesn't matter)
-- $15 queue_id int[] · $16 rank smallint[] · $17 after_seq bigint[] · $18 type_ids text[] (the same, of lanes of queues with limited jobs of these types, an array each)
-- $19 newest_lane bigint (of those that were known: where there is another, nothing is moved)
-- What is asked before any job is looked at, open_claim asks. Those of one queue and time are counted first, as in complete_jobs.
-- index ready_jobs_pkey, jobs_pkey; in open_claim also lanes_number_idx, ready_jobs_limited_idx · locks one row a job, skips locked rows
-- rows: the head of ready_seq with each claim, or alone (null under other settings or beside another lane, -1 where others go before); and its body, where that is of the day
WITH head AS MATERIALIZED (
    SELECT jobservice.open_claim($10, $19, $14, $13, $15, $16, $17, $18) AS head_seq
), lane AS MATERIALIZED (
    SELECT * FROM unnest($1::int[], $2::smallint[], $3::bigint[], $4::int[], $11::int[]) AS given(queue_id, rank, after_seq, max_jobs, share)
    WHERE (SELECT head_seq >= 0 FROM head)
), suspect AS MATERIALIZED (
    SELECT r.place, lane.share
    FROM lane CROSS JOIN LATERAL (
        SELECT r.ctid AS place
        FROM jobservice.ready_jobs r
        WHERE r.queue_id = lane.queue_id AND r.rank = lane.rank AND r.seq > lane.after_seq AND r.type_id = ANY ($5::int[])
        ORDER BY r.seq
        LIMIT 1
        FOR UPDATE SKIP LOCKED
    ) r
    WHERE lane.rank >= 100
    LIMIT 1
), ready AS MATERIALIZED (
    SELECT r.place
    FROM (
        SELECT suspect.place FROM suspect
        UNION ALL
        (SELECT r.place
         FROM unnest($12::int[]) WITH ORDINALITY AS share(room, number) CROSS JOIN LATERAL (
            SELECT r.place
            FROM lane CROSS JOIN LATERAL (
                SELECT r.ctid AS place
                FROM jobservice.ready_jobs r
                WHERE r.queue_id = lane.queue_id AND r.rank = lane.rank AND r.seq > lane.after_seq AND r.type_id = ANY ($5::int[])
                ORDER BY r.seq
                LIMIT lane.max_jobs
                FOR UPDATE SKIP LOCKED
            ) r
            WHERE lane.share = share.number AND lane.rank < 100
            LIMIT greatest(0, share.room - (SELECT count(*) FROM suspect WHERE suspect.share = share.number))
         ) r)
    ) r
    LIMIT $6
), taken AS (
    DELETE FROM jobservice.ready_jobs r USING ready WHERE r.ctid = ready.place RETURNING r.*
), claimed AS (
    INSERT INTO jobservice.running_jobs (id, lease_token, started_at, worker_id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT id, seq, jobservice.now(), $7, queue_id, type_id, hard_limit_ms, attempt + 1, rank, crashes, flags FROM taken
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state, bucket)
    SELECT queue_id, sum(jobs), 3, 4, jobservice.bucket_of(jobservice.now() - ready_at)
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
    WHERE j.id = taken.id AND j.id >= $8 AND j.id < $9
    OFFSET 0
) body ON true
