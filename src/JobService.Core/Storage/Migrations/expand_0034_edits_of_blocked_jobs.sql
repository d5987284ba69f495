-- The statement as the service has it: of two edits of one version of a blocked job the second changes nothing.
CREATE OR REPLACE FUNCTION jobservice.run_edit_job(uuid, int, timestamptz, smallint, int, json, jsonb, text, text, int, text)
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
    WHERE j.id = t.id AND (t.state <> 1 OR j.revision = coalesce($2, j.revision))
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
