-- What a claim asks before it looks at any job, in one function: PostgreSQL makes ready whatever a statement might need each time it is run, and of what is asked here most claims need nothing.
-- may_claim is how a claim of several statements begins, which asks the rest by itself, and the claims of older versions.
-- The head of ready_seq; null under other settings than those that were known, beside another lane, or while settings are being changed; -1 where jobs with limits that came to wait since go before.
-- before_rank smallint (below which a job goes before; null: that doesn't matter) · arrived_after bigint (the jobs with limits that were known) · quiet_queues int[], quiet_ranks smallint[], quiet_after bigint[] and
-- quiet_types text[] (lanes of queues with limited jobs of these types, an array each, and the jobs there that were known)
CREATE FUNCTION jobservice.open_claim(
    known bigint, newest_lane bigint, before_rank smallint, arrived_after bigint, quiet_queues int[], quiet_ranks smallint[], quiet_after bigint[], quiet_types text[])
    RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF before_rank IS NOT NULL THEN
        IF EXISTS (
            SELECT FROM (SELECT r.rank FROM jobservice.ready_jobs r WHERE r.queue_id < 0 AND r.seq > arrived_after ORDER BY r.seq LIMIT 5000) r WHERE r.rank < before_rank)
        OR EXISTS (
            SELECT FROM unnest(quiet_queues, quiet_ranks, quiet_after, quiet_types) AS quiet(queue_id, rank, after_seq, type_ids) CROSS JOIN LATERAL (
                SELECT FROM jobservice.ready_jobs r
                WHERE r.queue_id = quiet.queue_id AND r.rank = quiet.rank AND r.seq > quiet.after_seq AND r.type_id = ANY (quiet.type_ids::int[])
                ORDER BY r.seq LIMIT 1) r
            WHERE quiet.rank < before_rank) THEN
            RETURN -1;
        END IF;
    END IF;

    IF NOT pg_try_advisory_xact_lock_shared(1785684577, -2) THEN
        RETURN NULL;
    END IF;

    -- A statement of its own, behind the lock: one that began before would see the settings as they were before.
    RETURN (
        SELECT CASE WHEN s.version = known AND (SELECT coalesce(max(l.number), 0) FROM jobservice.lanes l) = newest_lane THEN (SELECT h.last_value FROM jobservice.ready_seq h) END
        FROM jobservice.claim_settings s);
END $$;
