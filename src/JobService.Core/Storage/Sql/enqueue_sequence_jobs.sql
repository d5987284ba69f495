-- enqueue_sequence_jobs: insert jobs of which some are of sequences, each at once into the place of its state; all of them or none.
-- What enqueue_jobs does, which is spared all that is about sequences.
-- $1 id uuid[] · $2 type_id int[] · $3 queue_id int[] · $4 priority smallint[] · $5 run_at timestamptz[] · $6 delay_ms bigint[]
-- $7 expires_at timestamptz[] · $8 deadline_at timestamptz[] · $9 hard_limit_ms int[] · $10 replay_of uuid[] · $11 routed_by text[]
-- $12 trace_parent text[] · $13 trace_state text[] · $14 tags jsonb[] · $15 policies json[] · $16 metadata json[] · $17 payload json[] · $18 created_by text[]
-- $19 schedule json[] · $20 lane_id int[] (of those that name limit keys) · $21 flags smallint[] (see ready_jobs)
-- $22 sequence_id bigint[] (of those that wait behind another: its row is locked)
-- locks nothing that exists · rows: position (from 1), created_at, run_at, state for each job
WITH timed AS MATERIALIZED (
    SELECT i.*, c.created_at, t.run_at, (9 - i.priority)::smallint AS rank,
           CASE WHEN i.sequence_id IS NULL AND t.run_at <= c.created_at THEN nextval('jobservice.ready_seq') END AS seq
    FROM (SELECT jobservice.now() AS created_at) c,
         unnest($1::uuid[], $2::int[], $3::int[], $4::smallint[], $5::timestamptz[], $6::bigint[], $7::timestamptz[], $8::timestamptz[],
                $9::int[], $10::uuid[], $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::json[], $16::json[], $17::json[], $18::text[], $19::json[], $20::int[],
                $21::smallint[], $22::bigint[])
         WITH ORDINALITY AS i(id, type_id, queue_id, priority, given_run_at, delay_ms, expires_at, deadline_at, hard_limit_ms, replay_of,
                              routed_by, trace_parent, trace_state, tags, policies, metadata, payload, created_by, schedule, lane_id, flags, sequence_id, position),
         LATERAL (SELECT coalesce(i.given_run_at, c.created_at + i.delay_ms * interval '1 millisecond', c.created_at) AS run_at) t
), bodies AS (
    INSERT INTO jobservice.jobs (id, created_at, run_at, expires_at, deadline_at, seq, type_id, queue_id, hard_limit_ms, priority,
                                 replay_of, routed_by, trace_parent, trace_state, tags, policies, metadata, payload, created_by, schedule, lane_id)
    SELECT id, created_at, run_at, expires_at, deadline_at, seq, type_id, queue_id, hard_limit_ms, priority,
           replay_of, routed_by, trace_parent, trace_state, tags, policies, metadata, payload, created_by, schedule, lane_id
    FROM timed
), ready AS (
    INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT seq, id, coalesce(lane_id, queue_id), type_id, hard_limit_ms, 0, rank, 0, flags FROM timed WHERE seq IS NOT NULL
), later AS (
    INSERT INTO jobservice.scheduled_jobs (run_at, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, state)
    SELECT run_at, id, coalesce(lane_id, queue_id), type_id, hard_limit_ms, 0, rank, 0, flags, 2 FROM timed WHERE seq IS NULL AND sequence_id IS NULL
), blocked AS (
    INSERT INTO jobservice.blocked_jobs (id, sequence_id, position, run_at, queue_id, type_id, hard_limit_ms, attempt, rank, flags)
    SELECT id, sequence_id, nextval('jobservice.blocked_seq'), run_at, coalesce(lane_id, queue_id), type_id, hard_limit_ms, 0, rank, flags
    FROM timed WHERE sequence_id IS NOT NULL ORDER BY position
), ending AS (
    INSERT INTO jobservice.expiring_jobs (expires_at, id, reason)
    SELECT expires_at, id, 'expired' FROM timed WHERE expires_at IS NOT NULL
    UNION ALL
    SELECT deadline_at, id, 'deadline' FROM timed WHERE deadline_at IS NOT NULL AND deadline_at IS DISTINCT FROM expires_at
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, to_state)
    SELECT queue_id, count(*), CASE WHEN sequence_id IS NOT NULL THEN 1 WHEN seq IS NULL THEN 2 ELSE 3 END FROM timed GROUP BY 1, 3
)
SELECT position, created_at, run_at, CASE WHEN sequence_id IS NOT NULL THEN 1 WHEN seq IS NULL THEN 2 ELSE 3 END::smallint AS state FROM timed
