-- advance_sequences: of sequences that are locked, look how their heads have ended, and let the next jobs go, or hold the others up.
-- $1 ended_at timestamptz[] · $2 seq bigint[] · $3 job_id uuid[] · $4 state smallint[] · $5 is_passed boolean[] · $6 sequence_id bigint[] (of the ends that are locked, as they were read)
-- $7 actor text (who goes on without a head that failed)
-- ANY (ARRAY[…]) is = that the planner can't turn around: whatever it thinks of the size of these tables, each row is looked up.
-- A statement of its own, behind the one that locks, so that it sees what was done before: nobody puts a job behind a head, or starts that again, without the lock. A head that was
-- started again meanwhile is live, and stays the head. Of one whose body is gone the end tells how it came to that. An end of a sequence that someone else has locked, or whose next job someone
-- changes just now, is left for later: a transaction of a caller may take its time.
-- index finished_jobs_pkey, jobs_pkey, blocked_jobs_sequence_id_position_key, sequences_pkey, sequence_ends_pkey · locks one row a job that goes, skips locked rows
-- rows: state, and null: of each job that goes, 2 scheduled or 3 ready; of each sequence that is held now, 7. And where ends are left for later, 0, and when the first of them was
WITH ended AS MATERIALIZED (
    SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::uuid[], $4::smallint[], $5::boolean[], $6::bigint[]) AS i(ended_at, seq, job_id, state, is_passed, sequence_id)
), head AS MATERIALIZED (
    SELECT s.id, s.key, s.head_id, bool_or(coalesce(final.state, e.state) IS DISTINCT FROM 7 OR e.is_passed) AS is_over
    FROM ended e
    JOIN jobservice.sequences s ON s.id = ANY (ARRAY[e.sequence_id]) AND s.head_id = e.job_id
    LEFT JOIN LATERAL (SELECT f.state FROM jobservice.finished_jobs f WHERE f.id = e.job_id OFFSET 0) final ON true
    WHERE final.state IS NOT NULL OR NOT EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = e.job_id)
    GROUP BY s.id
), next AS MATERIALIZED (
    SELECT h.id AS sequence_id, h.key, h.head_id, w.id
    FROM head h CROSS JOIN LATERAL (
        SELECT b.id FROM jobservice.blocked_jobs b WHERE b.sequence_id = h.id ORDER BY b.position LIMIT 1
    ) first LEFT JOIN LATERAL (
        SELECT b.id FROM jobservice.blocked_jobs b WHERE b.id = first.id FOR UPDATE SKIP LOCKED
    ) w ON true
    WHERE h.is_over
), left_over AS MATERIALIZED (
    SELECT e.ended_at, e.seq FROM ended e
    WHERE e.sequence_id IS NULL AND EXISTS (SELECT FROM jobservice.sequences s WHERE s.head_id = e.job_id)
       OR e.job_id = ANY (ARRAY(SELECT n.head_id FROM next n WHERE n.id IS NULL))
), freed AS (
    DELETE FROM jobservice.blocked_jobs b USING next n WHERE b.id = ANY (ARRAY[n.id]) RETURNING b.*, n.key, n.head_id, b.run_at <= jobservice.now() AS is_due
), ready AS (
    INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT nextval('jobservice.ready_seq'), id, queue_id, type_id, hard_limit_ms, attempt, rank, 0, flags | 1 FROM freed WHERE is_due
), later AS (
    INSERT INTO jobservice.scheduled_jobs (run_at, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, state)
    SELECT run_at, id, queue_id, type_id, hard_limit_ms, attempt, rank, 0, flags, 2 FROM freed WHERE NOT is_due
), led AS (
    UPDATE jobservice.sequences s SET head_id = f.id, held_at = NULL FROM freed f WHERE s.id = ANY (ARRAY[f.sequence_id])
), emptied AS (
    DELETE FROM jobservice.sequences s USING head h WHERE s.id = ANY (ARRAY[h.id]) AND h.is_over AND NOT EXISTS (SELECT FROM next n WHERE n.sequence_id = h.id)
), held AS (
    UPDATE jobservice.sequences s SET held_at = jobservice.now() FROM head h WHERE s.id = ANY (ARRAY[h.id]) AND NOT h.is_over AND s.held_at IS NULL RETURNING s.head_id, s.key
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor, detail)
    SELECT id, jobservice.now(), 'unblocked', $7, 'sequence ' || key || ', after job ' || head_id FROM freed
    UNION ALL
    SELECT h.head_id, jobservice.now(), 'held', NULL, 'sequence ' || h.key FROM held h WHERE EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = h.head_id)
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state)
    SELECT jobservice.queue_of(queue_id), count(*), 1, CASE WHEN is_due THEN 3 ELSE 2 END FROM freed GROUP BY 1, 4
), settled AS (
    DELETE FROM jobservice.sequence_ends d USING ended e
    WHERE d.ended_at = ANY (ARRAY[e.ended_at]) AND d.seq = e.seq AND NOT EXISTS (SELECT FROM left_over l WHERE l.seq = e.seq)
)
SELECT CASE WHEN is_due THEN 3 ELSE 2 END::smallint AS state, NULL::timestamptz AS left_from FROM freed
UNION ALL
SELECT 7::smallint, NULL FROM held
UNION ALL
SELECT 0::smallint, min(ended_at) FROM left_over HAVING count(*) > 0
