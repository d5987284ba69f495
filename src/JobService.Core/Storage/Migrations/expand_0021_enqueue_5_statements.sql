-- Statements of the service that are needed in SQL too, word for word: a test compares them with their files in Storage/Sql, where their parameters are described. Whoever changes one of those makes
-- its function anew in a migration.

-- Inserts jobs, none of them of a sequence.
CREATE FUNCTION jobservice.run_enqueue_jobs(uuid[], int[], int[], smallint[], timestamptz[], bigint[], timestamptz[], timestamptz[], int[], uuid[], text[], text[], text[], jsonb[], json[], json[], json[], text[], json[], int[])
    RETURNS TABLE ("position" bigint, created_at timestamptz, run_at timestamptz, state smallint)
    LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
WITH timed AS MATERIALIZED (
    SELECT i.*, c.created_at, t.run_at, (9 - i.priority)::smallint AS rank,
           CASE WHEN t.run_at <= c.created_at THEN nextval('jobservice.ready_seq') END AS seq
    FROM (SELECT jobservice.now() AS created_at) c,
         unnest($1::uuid[], $2::int[], $3::int[], $4::smallint[], $5::timestamptz[], $6::bigint[], $7::timestamptz[], $8::timestamptz[],
                $9::int[], $10::uuid[], $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::json[], $16::json[], $17::json[], $18::text[], $19::json[], $20::int[])
         WITH ORDINALITY AS i(id, type_id, queue_id, priority, given_run_at, delay_ms, expires_at, deadline_at, hard_limit_ms, replay_of,
                              routed_by, trace_parent, trace_state, tags, policies, metadata, payload, created_by, schedule, lane_id, position),
         LATERAL (SELECT coalesce(i.given_run_at, c.created_at + i.delay_ms * interval '1 millisecond', c.created_at) AS run_at) t
), bodies AS (
    INSERT INTO jobservice.jobs (id, created_at, run_at, expires_at, deadline_at, seq, type_id, queue_id, hard_limit_ms, priority,
                                 replay_of, routed_by, trace_parent, trace_state, tags, policies, metadata, payload, created_by, schedule, lane_id)
    SELECT id, created_at, run_at, expires_at, deadline_at, seq, type_id, queue_id, hard_limit_ms, priority,
           replay_of, routed_by, trace_parent, trace_state, tags, policies, metadata, payload, created_by, schedule, lane_id
    FROM timed
), ready AS (
    INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
    SELECT seq, id, coalesce(lane_id, queue_id), type_id, hard_limit_ms, 0, rank, 0, 0 FROM timed WHERE seq IS NOT NULL
), later AS (
    INSERT INTO jobservice.scheduled_jobs (run_at, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, state)
    SELECT run_at, id, coalesce(lane_id, queue_id), type_id, hard_limit_ms, 0, rank, 0, 0, 2 FROM timed WHERE seq IS NULL
), ending AS (
    INSERT INTO jobservice.expiring_jobs (expires_at, id, reason)
    SELECT expires_at, id, 'expired' FROM timed WHERE expires_at IS NOT NULL
    UNION ALL
    SELECT deadline_at, id, 'deadline' FROM timed WHERE deadline_at IS NOT NULL AND deadline_at IS DISTINCT FROM expires_at
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, to_state)
    SELECT queue_id, count(*), CASE WHEN seq IS NULL THEN 2 ELSE 3 END FROM timed GROUP BY queue_id, seq IS NULL
)
SELECT position, created_at, run_at, CASE WHEN seq IS NULL THEN 2 ELSE 3 END::smallint AS state FROM timed;
END $$;

-- Inserts jobs of sequences.
CREATE FUNCTION jobservice.run_enqueue_sequence_jobs(uuid[], int[], int[], smallint[], timestamptz[], bigint[], timestamptz[], timestamptz[], int[], uuid[], text[], text[], text[], jsonb[], json[], json[], json[], text[], json[], int[], smallint[], bigint[])
    RETURNS TABLE ("position" bigint, created_at timestamptz, run_at timestamptz, state smallint)
    LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
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
SELECT position, created_at, run_at, CASE WHEN sequence_id IS NOT NULL THEN 1 WHEN seq IS NULL THEN 2 ELSE 3 END::smallint AS state FROM timed;
END $$;

-- Who has unique keys.
CREATE FUNCTION jobservice.run_read_key_holders(uuid[])
    RETURNS TABLE (hash uuid, job_id uuid, changed_by uuid, scope smallint, is_within_time boolean, now timestamptz, type text, state smallint, has_started boolean, created_at timestamptz, run_at timestamptz)
    LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
SELECT k.hash, k.job_id, k.changed_by, k.scope, coalesce(k.held_until > jobservice.now(), false) AS is_within_time, jobservice.now() AS now, t.name AS type,
       coalesce(f.state, CASE WHEN r.id IS NOT NULL THEN 4 END::smallint, s.state, CASE WHEN w.id IS NOT NULL THEN 1 END::smallint, 3::smallint) AS state,
       r.id IS NOT NULL OR coalesce(s.attempt, d.attempt, w.attempt, 0) > j.attempts_forgiven AS has_started,
       j.created_at, coalesce(s.run_at, j.run_at) AS run_at
FROM jobservice.job_keys k
LEFT JOIN jobservice.jobs j ON j.id = k.job_id
LEFT JOIN jobservice.job_types t ON t.id = j.type_id
LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
LEFT JOIN jobservice.running_jobs r ON r.id = j.id
LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
LEFT JOIN jobservice.ready_jobs d ON d.id = j.id AND (d.flags & 1) = 1
LEFT JOIN jobservice.blocked_jobs w ON w.id = j.id
WHERE k.hash = ANY ($1::uuid[]) AND k.scope IS DISTINCT FROM 5;
END $$;

-- Changes a waiting job.
CREATE FUNCTION jobservice.run_edit_job(uuid, int, timestamptz, smallint, int, json, jsonb, text, text, int, text)
    RETURNS TABLE (state smallint)
    LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
WITH body AS MATERIALIZED (
    SELECT id, coalesce(lane_id, queue_id) AS queue_id, (9 - priority)::smallint AS rank, seq FROM jobservice.jobs WHERE id = $1 AND revision = coalesce($2, revision)
      AND ($3::timestamptz > least(expires_at, deadline_at)) IS NOT TRUE
), queued AS (
    DELETE FROM jobservice.ready_jobs r USING body b
    WHERE r.queue_id = b.queue_id AND r.rank = b.rank AND r.seq = b.seq AND r.id = b.id
    RETURNING r.id, r.seq, r.attempt, r.crashes, r.rank, r.flags, r.queue_id, 3::smallint AS state, NULL::timestamptz AS run_at, r.ready_at
), moved AS (
    DELETE FROM jobservice.ready_jobs r USING body b WHERE r.id = $1 AND r.id = b.id AND (r.flags & 1) = 1
    RETURNING r.id, r.seq, r.attempt, r.crashes, r.rank, r.flags, r.queue_id, 3::smallint, NULL::timestamptz, r.ready_at
), scheduled AS (
    DELETE FROM jobservice.scheduled_jobs s USING body b WHERE s.id = b.id
    RETURNING s.id, NULL::bigint, s.attempt, s.crashes, s.rank, s.flags, s.queue_id, s.state, s.run_at, NULL::timestamptz
), blocked AS MATERIALIZED (
    SELECT w.id, NULL::bigint, w.attempt, 0::smallint, w.rank, w.flags, w.queue_id, 1::smallint, w.run_at, NULL::timestamptz FROM jobservice.blocked_jobs w WHERE w.id = (SELECT id FROM body) FOR UPDATE
), taken AS (
    SELECT * FROM queued UNION ALL SELECT * FROM moved UNION ALL SELECT * FROM scheduled UNION ALL SELECT * FROM blocked
), edited AS (
    UPDATE jobservice.jobs j
    SET run_at = coalesce($3, j.run_at), priority = coalesce($4, j.priority), queue_id = coalesce($5, j.queue_id),
        lane_id = CASE WHEN $5 IS NULL THEN j.lane_id ELSE $10 END,
        routed_by = CASE WHEN $5 IS NULL THEN j.routed_by ELSE $11 END,
        payload = coalesce($6, j.payload), tags = coalesce($7, j.tags), revision = j.revision + 1
    FROM taken t
    WHERE j.id = t.id
    RETURNING j.id, j.type_id, j.queue_id AS of_queue_id, coalesce(j.lane_id, j.queue_id) AS queue_id, j.hard_limit_ms, t.seq, t.attempt, t.crashes, t.flags, t.queue_id AS old_queue_id, t.state, t.ready_at,
              jobservice.now() AS now,
              coalesce($3, t.run_at) AS wait_until,
              (CASE WHEN t.rank >= 100 THEN 100 ELSE 0 END + 9 - j.priority)::smallint AS rank,
              $3 IS NULL AND coalesce(j.lane_id, j.queue_id) = (SELECT queue_id FROM body)
                  AND 9 - j.priority = (SELECT rank FROM body) AS keeps_place
), lanes AS (
    INSERT INTO jobservice.lanes (queue_id, rank) SELECT of_queue_id, rank FROM edited ON CONFLICT DO NOTHING
), ready AS (
    INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, ready_at)
    SELECT CASE WHEN keeps_place AND seq IS NOT NULL THEN seq ELSE nextval('jobservice.ready_seq') END, id, queue_id, type_id, hard_limit_ms,
           attempt, rank, crashes, CASE WHEN keeps_place AND seq IS NOT NULL THEN flags ELSE flags | 1 END,
           CASE WHEN $3 IS NULL AND ready_at IS NOT NULL THEN ready_at ELSE now END
    FROM edited WHERE state <> 1 AND (wait_until IS NULL OR wait_until <= now)
), later AS (
    INSERT INTO jobservice.scheduled_jobs (run_at, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, state)
    SELECT wait_until, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags, CASE state WHEN 5 THEN 5 ELSE 2 END
    FROM edited WHERE state <> 1 AND wait_until > now
), behind AS (
    UPDATE jobservice.blocked_jobs w SET run_at = e.wait_until, queue_id = e.queue_id, rank = e.rank FROM edited e WHERE e.state = 1 AND w.id = ANY (ARRAY[e.id])
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor, detail) SELECT id, now, 'edited', $8, $9 FROM edited
), stood AS (
    SELECT jobservice.queue_of(old_queue_id) AS old_queue_id, of_queue_id AS queue_id, state AS old_state,
           CASE WHEN state = 1 THEN 1 WHEN wait_until IS NULL OR wait_until <= now THEN 3 WHEN state = 5 THEN 5 ELSE 2 END::smallint AS state
    FROM edited
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state)
    SELECT queue_id, 1, old_state, state FROM stood WHERE old_queue_id = queue_id AND old_state <> state
    UNION ALL
    SELECT old_queue_id, 1, old_state, NULL FROM stood WHERE old_queue_id <> queue_id
    UNION ALL
    SELECT queue_id, 1, NULL, state FROM stood WHERE old_queue_id <> queue_id
)
SELECT state FROM stood;
END $$;

-- Cancels a job, or says who runs it.
CREATE FUNCTION jobservice.run_cancel_job(uuid, text, text, boolean)
    RETURNS TABLE (is_cancelled boolean, worker_id int, finished_state smallint, is_known boolean)
    LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
WITH body AS MATERIALIZED (
    SELECT id, coalesce(lane_id, queue_id) AS queue_id, (9 - priority)::smallint AS rank, seq FROM jobservice.jobs WHERE id = $1
), queued AS (
    DELETE FROM jobservice.ready_jobs r USING body b
    WHERE r.queue_id = b.queue_id AND r.rank = b.rank AND r.seq = b.seq AND r.id = b.id
    RETURNING r.id, r.attempt, r.crashes, r.queue_id, 3::smallint AS state, r.flags
), moved AS (
    DELETE FROM jobservice.ready_jobs r WHERE r.id = $1 AND (r.flags & 1) = 1
    RETURNING r.id, r.attempt, r.crashes, r.queue_id, 3::smallint AS state, r.flags
), scheduled AS (
    DELETE FROM jobservice.scheduled_jobs s WHERE s.id = $1
    RETURNING s.id, s.attempt, s.crashes, s.queue_id, s.state, s.flags
), blocked AS (
    DELETE FROM jobservice.blocked_jobs w WHERE w.id = $1
    RETURNING w.id, w.attempt, 0::smallint, w.queue_id, 1::smallint, w.flags
), taken AS (
    SELECT * FROM queued UNION ALL SELECT * FROM moved UNION ALL SELECT * FROM scheduled UNION ALL SELECT * FROM blocked
), finished AS (
    INSERT INTO jobservice.finished_jobs (id, finished_at, attempt, crashes, state, reason)
    SELECT id, jobservice.now(), attempt, crashes, 8, coalesce($2, 'cancelled') FROM taken
), heads AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed) SELECT id, 8, (flags & 4) = 4 FROM taken WHERE (flags & 2) = 2 AND state <> 1
), asked AS (
    UPDATE jobservice.running_jobs r
    SET cancel_requested_at = coalesce(r.cancel_requested_at, jobservice.now()),
        cancel_reason = CASE WHEN r.cancel_requested_at IS NULL THEN $2 ELSE r.cancel_reason END
    FROM (SELECT o.id, o.cancel_requested_at IS NULL AS is_first FROM jobservice.running_jobs o WHERE o.id = $1 AND NOT $4 FOR UPDATE) old
    WHERE r.id = old.id
    RETURNING r.worker_id, old.is_first
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor, detail)
    SELECT id, jobservice.now(), 'cancelled', $3, $2 FROM taken
    UNION ALL
    SELECT $1, jobservice.now(), 'cancel-requested', $3, $2 FROM asked WHERE is_first
), noted AS (
    INSERT INTO jobservice.stat_deltas (queue_id, jobs, from_state, to_state) SELECT jobservice.queue_of(queue_id), 1, state, 8 FROM taken
)
SELECT EXISTS (SELECT FROM taken) AS is_cancelled,
       coalesce((SELECT worker_id FROM asked), (SELECT o.worker_id FROM jobservice.running_jobs o WHERE o.id = $1 AND $4)) AS worker_id,
       (SELECT state FROM jobservice.finished_jobs WHERE id = $1) AS finished_state,
       EXISTS (SELECT FROM body) AS is_known;
END $$;

-- How many jobs wait in queues.
CREATE FUNCTION jobservice.run_read_depths(int[])
    RETURNS TABLE (queue_id int, jobs bigint)
    LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
SELECT d.queue_id, d.blocked + d.scheduled + d.queued + d.retrying AS jobs FROM jobservice.current_depths d WHERE d.queue_id = ANY ($1::int[]);
END $$;

-- Where a job stands.
CREATE FUNCTION jobservice.run_read_job_state(uuid)
    RETURNS TABLE (state smallint, revision int, is_erased boolean, last_event text, is_unclaimed boolean, run_at timestamptz, payload json, expires_at timestamptz, deadline_at timestamptz)
    LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
SELECT coalesce(f.state, CASE WHEN r.id IS NOT NULL THEN 4 END::smallint, s.state, CASE WHEN w.id IS NOT NULL THEN 1 END::smallint, 3::smallint) AS state, j.revision, j.is_erased,
       (SELECT e.kind FROM jobservice.job_events e WHERE e.id = j.id ORDER BY e.seq DESC LIMIT 1) AS last_event,
       coalesce(s.attempt, d.attempt, w.attempt, 0) = j.attempts_forgiven AS is_unclaimed, j.run_at, j.payload, j.expires_at, j.deadline_at
FROM jobservice.jobs j
LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
LEFT JOIN jobservice.running_jobs r ON r.id = j.id
LEFT JOIN jobservice.scheduled_jobs s ON s.id = j.id
LEFT JOIN jobservice.ready_jobs d ON d.id = j.id AND (d.flags & 1) = 1
LEFT JOIN jobservice.blocked_jobs w ON w.id = j.id
WHERE j.id = $1;
END $$;
