-- Enqueues in the caller's own transaction, with the same semantics as POST /jobs: SELECT jobservice.enqueue('email.send', '{"to": "a@example.com"}', '{"queue": "high"}').

-- When a worker last said that it idles, and when somebody last answered, in milliseconds since 1970. Sequences, since they take effect at once and lock nobody; what they say is a hint.
CREATE SEQUENCE jobservice.idle_said_at;
CREATE SEQUENCE jobservice.idle_answered_at;

-- What a caller's transaction wants cancelled that runs: nothing of it is locked, so that its worker waits for nobody. Once that is committed, whichever worker comes by asks for it as if somebody did so over
-- the API just then, whatever became of the job meanwhile.
CREATE TABLE jobservice.cancel_requests (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id   uuid NOT NULL,
    forgiven int NOT NULL,               -- its attempts_forgiven then: one that was restarted since is not meant
    reason   text NOT NULL,
    actor    text
);

-- Times by which others find what the transaction of a caller wrote. Whoever looks from a time on has mostly looked past it when that is committed late: he takes what there is here, and goes back.
CREATE TABLE jobservice.late_times (
    kind smallint NOT NULL,              -- 1: when a job is due; 2: when one of a sequence has ended
    seq  bigint GENERATED ALWAYS AS IDENTITY,
    at   timestamptz NOT NULL,
    PRIMARY KEY (kind, seq),
    CONSTRAINT late_times_kind_check CHECK (kind IN (1, 2))
);

ALTER TABLE jobservice.late_times SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000,
    autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 2000000000, autovacuum_analyze_scale_factor = 100);

-- Tells the workers of new jobs once the transaction commits, where one said of late that it idles. A notifying commit takes a lock on the whole cluster, so each time a worker says so it gets one
-- answer; another after 100 ms, since the transaction of the first may take its time. Whoever is not told of a job looks within a second.
CREATE FUNCTION jobservice.wake_workers() RETURNS void
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    now_ms bigint := extract(epoch FROM clock_timestamp()) * 1000;
    said_at bigint := (SELECT last_value FROM jobservice.idle_said_at);
    answered_at bigint := (SELECT last_value FROM jobservice.idle_answered_at);
BEGIN
    IF said_at > now_ms - 2500 AND answered_at NOT BETWEEN now_ms - (CASE WHEN said_at > answered_at THEN 10 ELSE 100 END) AND now_ms THEN
        PERFORM setval('jobservice.idle_answered_at', now_ms);
        PERFORM pg_notify('jobservice', 'sql Ready');
    END IF;
END $$;

-- The number of a queue, which gets one where it has none. Whoever comes first to a name holds it until his transaction ends.
CREATE FUNCTION jobservice.intern_queue(given text) RETURNS int
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    number int := (SELECT q.id FROM jobservice.queues q WHERE q.name = given);
BEGIN
    IF number IS NULL THEN
        INSERT INTO jobservice.queues (name) VALUES (given) ON CONFLICT (name) DO NOTHING RETURNING id INTO number;
    END IF;
    RETURN coalesce(number, (SELECT q.id FROM jobservice.queues q WHERE q.name = given));
END $$;

-- The same of a type.
CREATE FUNCTION jobservice.intern_job_type(given text) RETURNS int
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    number int := (SELECT t.id FROM jobservice.job_types t WHERE t.name = given);
BEGIN
    IF number IS NULL THEN
        INSERT INTO jobservice.job_types (name) VALUES (given) ON CONFLICT (name) DO NOTHING RETURNING id INTO number;
    END IF;
    RETURN coalesce(number, (SELECT t.id FROM jobservice.job_types t WHERE t.name = given));
END $$;

-- Whether it was looked what holds for a key since it became visible to everybody. One that the transaction of a caller makes is not: it can't keep limits from being set for as long as it is open.
ALTER TABLE jobservice.limit_keys ADD COLUMN is_settled boolean NOT NULL DEFAULT true;

-- Gives keys that callers made what holds for them. To be called before anything is claimed from lanes of them: so far nothing runs under such a key.
CREATE FUNCTION jobservice.settle_limit_lanes(ids int[]) RETURNS void
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    made text[];
BEGIN
    -- Nobody sets a limit meanwhile; whoever did is waited for, and seen by what follows.
    PERFORM pg_advisory_xact_lock_shared(1785684577, -3);
    made := ARRAY(SELECT DISTINCT k.key FROM jobservice.limit_lanes l JOIN jobservice.limit_keys k ON k.id = ANY (l.key_ids) WHERE l.id = ANY (ids) AND NOT k.is_settled);
    PERFORM jobservice.settle_limit_keys(made);
    UPDATE jobservice.limit_keys k SET is_settled = true WHERE k.key = ANY (made) AND NOT k.is_settled;
END $$;

-- The lane of jobs that name limit keys; null where they name none.
CREATE FUNCTION jobservice.intern_limit_lane(of_queue int, of_type int, named text[]) RETURNS int
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    number int;
BEGIN
    IF cardinality(named) > 0 THEN
        number := (SELECT l.id FROM jobservice.limit_lanes l WHERE l.queue_id = of_queue AND l.type_id = of_type AND l.keys = named);
        IF number IS NULL THEN
            INSERT INTO jobservice.limit_keys (key, is_settled)
            SELECT k.key, false
            FROM (SELECT unnest(named) AS key
                  UNION SELECT 'queue:' || q.name FROM jobservice.queues q WHERE q.id = of_queue
                  UNION SELECT 'type:' || t.name FROM jobservice.job_types t WHERE t.id = of_type) k
            WHERE NOT EXISTS (SELECT FROM jobservice.limit_keys e WHERE e.key = k.key)
            ORDER BY k.key ON CONFLICT (key) DO NOTHING;
            INSERT INTO jobservice.limit_lanes (queue_id, type_id, keys, key_ids)
            SELECT of_queue, of_type, named, ARRAY(SELECT k.id FROM jobservice.limit_keys k WHERE k.key = ANY (named || ARRAY['queue:' || q.name, 'type:' || t.name]) ORDER BY k.id)
            FROM jobservice.queues q, jobservice.job_types t
            WHERE q.id = of_queue AND t.id = of_type
            ON CONFLICT (queue_id, type_id, keys) DO NOTHING;
            number := (SELECT l.id FROM jobservice.limit_lanes l WHERE l.queue_id = of_queue AND l.type_id = of_type AND l.keys = named);
        END IF;
    END IF;
    RETURN number;
END $$;

-- How many jobs may wait in a queue; null where any number may. It is kept from everybody else who enqueues into such a queue until the transaction ends, so that what is counted behind it stays true.
CREATE FUNCTION jobservice.lock_bounded_queue(number int) RETURNS int
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    bound int := (SELECT q.max_depth FROM jobservice.queues q WHERE q.id = number AND q.max_depth IS NOT NULL FOR NO KEY UPDATE);
BEGIN
    IF bound IS NOT NULL THEN
        PERFORM jobservice.require_read_committed('A job of a queue with a maxDepth');
    END IF;
    RETURN bound;
END $$;

-- What waits or is held is to be seen as it is now.
CREATE FUNCTION jobservice.require_read_committed(what text) RETURNS void
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = what || ' is enqueued in READ COMMITTED only: in a snapshot of before it can''t be seen what there is now.';
    END IF;
END $$;

-- Why a queue takes no more; null where it does. A statement of its own, behind the lock.
CREATE FUNCTION jobservice.check_depth(number int, bound int, of_queue text) RETURNS json
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF (SELECT d.jobs FROM jobservice.run_read_depths(ARRAY[number]) AS d) >= bound THEN
        RETURN json_build_object('type', '/problems/queue-full', 'detail', format('The queue ''%s'' holds as many jobs as it may, %s; nothing was stored.', of_queue, bound));
    END IF;
    RETURN NULL;
END $$;

-- Inserts a valid job whose key, if it has one, is free or its transaction's to take; and puts it behind the others of its sequence, which is locked, or makes it the head.
CREATE FUNCTION jobservice.insert_job(
    job jobservice.jobs, delay_ms bigint, of_type text, limit_keys text[], sequence_key text, OUT created_at timestamptz, OUT run_at timestamptz, OUT state smallint)
    LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    day date := (jobservice.now() AT TIME ZONE 'UTC')::date;
    sequence record;
BEGIN
    job.type_id := jobservice.intern_job_type(of_type);
    job.lane_id := jobservice.intern_limit_lane(job.queue_id, job.type_id, limit_keys);
    IF NOT EXISTS (SELECT FROM jobservice.lanes l WHERE l.queue_id = job.queue_id AND l.rank = 9 - job.priority) THEN
        INSERT INTO jobservice.lanes (queue_id, rank) VALUES (job.queue_id, 9 - job.priority) ON CONFLICT DO NOTHING;
    END IF;

    -- Days are made ahead, but not while the service stands still.
    IF to_regclass('jobservice.jobs_' || to_char(day, 'YYYYMMDD')) IS NULL THEN
        PERFORM jobservice.create_partitions(day + d) FROM generate_series(-1, 3) AS d;
    END IF;

    IF sequence_key IS NULL THEN
        SELECT e.created_at, e.run_at, e.state INTO created_at, run_at, state FROM jobservice.run_enqueue_jobs(
            ARRAY[job.id], ARRAY[job.type_id], ARRAY[job.queue_id], ARRAY[job.priority], ARRAY[job.run_at], ARRAY[delay_ms], ARRAY[job.expires_at], ARRAY[job.deadline_at],
            ARRAY[job.hard_limit_ms], ARRAY[job.replay_of], ARRAY[job.routed_by], ARRAY[job.trace_parent], ARRAY[job.trace_state], ARRAY[job.tags], ARRAY[job.policies],
            ARRAY[job.metadata], ARRAY[job.payload], ARRAY[job.created_by], ARRAY[job.schedule], ARRAY[job.lane_id]) AS e;
        INSERT INTO jobservice.late_times (kind, at) SELECT 1, run_at WHERE state = 2;
        RETURN;
    END IF;

    SELECT s.id, s.head_id INTO sequence FROM jobservice.sequences s WHERE s.key = sequence_key;
    SELECT e.created_at, e.run_at, e.state INTO created_at, run_at, state FROM jobservice.run_enqueue_sequence_jobs(
        ARRAY[job.id], ARRAY[job.type_id], ARRAY[job.queue_id], ARRAY[job.priority], ARRAY[job.run_at], ARRAY[delay_ms], ARRAY[job.expires_at], ARRAY[job.deadline_at],
        ARRAY[job.hard_limit_ms], ARRAY[job.replay_of], ARRAY[job.routed_by], ARRAY[job.trace_parent], ARRAY[job.trace_state], ARRAY[job.tags], ARRAY[job.policies],
        ARRAY[job.metadata], ARRAY[job.payload], ARRAY[job.created_by], ARRAY[job.schedule], ARRAY[job.lane_id], ARRAY[jobservice.sequence_flags(job.policies)],
        ARRAY[CASE WHEN sequence.head_id IS NOT NULL THEN sequence.id END]) AS e;
    INSERT INTO jobservice.late_times (kind, at) SELECT 1, run_at WHERE state = 2;
    IF sequence.head_id IS NULL THEN
        UPDATE jobservice.sequences s SET head_id = job.id WHERE s.id = sequence.id;
    END IF;
END $$;

-- Keeps a sequence from everybody else until the transaction ends, behind keys and bounded queues, whether or not there is a row of it yet.
CREATE FUNCTION jobservice.lock_sequence(sequence_key text) RETURNS void
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF sequence_key IS NOT NULL THEN
        PERFORM jobservice.require_read_committed('A job of a sequence');
        INSERT INTO jobservice.sequences AS s (key) VALUES (sequence_key) ON CONFLICT (key) DO UPDATE SET key = excluded.key WHERE false;
    END IF;
END $$;

-- Enqueues a valid job that is not the only one of anything.
CREATE FUNCTION jobservice.enqueue_plain_job(
    job jobservice.jobs, delay_ms bigint, of_queue text, of_type text, limit_keys text[], sequence_key text,
    OUT id uuid, OUT state smallint, OUT created_at timestamptz, OUT run_at timestamptz, OUT is_deduplicated boolean, OUT superseded uuid, OUT refusal json)
    LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    bound int;
BEGIN
    job.queue_id := jobservice.intern_queue(of_queue);
    bound := jobservice.lock_bounded_queue(job.queue_id);
    PERFORM jobservice.lock_sequence(sequence_key);
    refusal := jobservice.check_depth(job.queue_id, bound, of_queue);
    IF refusal IS NULL THEN
        SELECT job.id, i.state, i.created_at, i.run_at, false INTO id, state, created_at, run_at, is_deduplicated
        FROM jobservice.insert_job(job, delay_ms, of_type, limit_keys, sequence_key) AS i;
    END IF;
END $$;

-- Puts a new job in the place of the one that holds its key, as its policy says; or says which one answers for it.
CREATE FUNCTION jobservice.enqueue_unique_job(
    job jobservice.jobs, delay_ms bigint, of_queue text, of_type text, limit_keys text[], sequence_key text, key uuid, policy jobservice.unique_policy,
    OUT id uuid, OUT state smallint, OUT created_at timestamptz, OUT run_at timestamptz, OUT is_deduplicated boolean, OUT superseded uuid, OUT refusal json)
    LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    holder record;
    is_held boolean;
    is_waiting boolean;
    is_new boolean;
    put_off_to timestamptz;
    edited smallint;
    standing record;
    lane_keys record;
    new_lane_id int;
    bound int;
    cancelled record;
    is_edit_refused boolean;
BEGIN
    PERFORM jobservice.require_read_committed('A job with a unique key');

    -- Locked until the transaction ends, whether or not there is a row of it yet. A condition that never holds writes nothing and locks all the same.
    INSERT INTO jobservice.job_keys AS k (hash, review_at) VALUES (key, jobservice.now()) ON CONFLICT (hash) DO UPDATE SET review_at = k.review_at WHERE false;
    job.queue_id := jobservice.intern_queue(of_queue);
    bound := jobservice.lock_bounded_queue(job.queue_id);
    PERFORM jobservice.lock_sequence(sequence_key);

    FOR tries IN 1 .. 8 LOOP
        SELECT * INTO holder FROM jobservice.run_read_key_holders(ARRAY[key]) AS h;
        is_waiting := holder.state IN (1, 2, 3, 5);
        is_held := coalesce(CASE
            WHEN holder.scope = 1 THEN holder.type IS NOT NULL AND is_waiting AND NOT holder.has_started
            WHEN holder.scope = 2 THEN holder.type IS NOT NULL AND holder.state NOT IN (6, 7, 8)
            ELSE holder.is_within_time AND holder.scope IN (3, 4)
        END, false);
        is_new := NOT is_held;
        is_edit_refused := false;
        edited := NULL;
        put_off_to := NULL;
        superseded := NULL;

        IF is_held THEN
            -- A caller that asked for one kind of work must not be answered with another.
            IF holder.type <> of_type OR policy.on_conflict = 'Reject' THEN
                refusal := json_build_object('type', '/problems/unique-conflict', 'holder', holder.job_id,
                    'detail', format('The unique key is held by job %s', holder.job_id) || CASE WHEN holder.type <> of_type THEN format(', which is of the type %s.', holder.type) ELSE '.' END);
                RETURN;
            ELSIF holder.type IS NULL THEN
                refusal := json_build_object('type', '/problems/gone', 'detail', format('Job %s holds the unique key, and is no longer there itself.', holder.job_id));
                RETURN;
            END IF;

            IF policy.on_conflict = 'Replace' AND is_waiting THEN
                SELECT l.type_id, l.keys INTO lane_keys FROM jobservice.jobs j JOIN jobservice.limit_lanes l ON l.id = j.lane_id WHERE j.id = holder.job_id;
                new_lane_id := jobservice.intern_limit_lane(job.queue_id, lane_keys.type_id, lane_keys.keys);
                put_off_to := coalesce(job.run_at, holder.now + delay_ms * interval '1 millisecond', CASE WHEN holder.state <> 3 THEN holder.now END);
                edited := (SELECT e.state FROM jobservice.run_edit_job(holder.job_id, NULL, put_off_to, job.priority, job.queue_id, job.payload, coalesce(job.tags, '{}'), job.created_by,
                    CASE WHEN put_off_to IS NULL THEN '' ELSE 'runAt, ' END || 'priority, queue, payload, tags', new_lane_id, job.routed_by) AS e);
                is_edit_refused := edited IS NULL;
            ELSIF policy.on_conflict = 'Debounce' AND is_waiting AND NOT holder.has_started THEN
                put_off_to := least(holder.now + coalesce(delay_ms, 0) * interval '1 millisecond', holder.created_at + policy.max_wait / 10 * interval '1 microsecond');
                IF put_off_to > holder.now AND put_off_to > holder.run_at THEN
                    edited := (SELECT e.state FROM jobservice.run_edit_job(holder.job_id, NULL, put_off_to, NULL, NULL, NULL, NULL, job.created_by, 'runAt', NULL, NULL) AS e);
                    is_edit_refused := edited IS NULL;
                END IF;
            ELSIF policy.on_conflict = 'Supersede' AND holder.state NOT IN (6, 7, 8) THEN
                -- Whether the holder makes room is not known before it is cancelled, which could not be taken back.
                refusal := jobservice.check_depth(job.queue_id, bound, of_queue);
                IF refusal IS NOT NULL THEN
                    RETURN;
                END IF;
                SELECT * INTO cancelled FROM jobservice.run_cancel_job(holder.job_id, format('Job %s takes its place.', job.id), job.created_by, true) AS c;
                CONTINUE WHEN NOT cancelled.is_cancelled AND cancelled.worker_id IS NULL AND cancelled.finished_state IS DISTINCT FROM 8;
                IF cancelled.is_cancelled THEN
                    INSERT INTO jobservice.late_times (kind, at) SELECT 2, jobservice.now() FROM jobservice.jobs j WHERE j.id = holder.job_id AND jobservice.sequence_flags(j.policies) <> 0;
                ELSIF cancelled.worker_id IS NOT NULL THEN
                    INSERT INTO jobservice.cancel_requests (job_id, forgiven, reason, actor)
                    SELECT j.id, j.attempts_forgiven, format('Job %s takes its place.', job.id), job.created_by FROM jobservice.jobs j WHERE j.id = holder.job_id;
                END IF;
                is_new := true;
                superseded := holder.job_id;
            END IF;
        END IF;

        IF is_new THEN
            -- Once a holder is cancelled nothing is refused any more.
            refusal := CASE WHEN superseded IS NULL THEN jobservice.check_depth(job.queue_id, bound, of_queue) END;
            IF refusal IS NOT NULL THEN
                RETURN;
            END IF;
            SELECT i.created_at, i.run_at, i.state INTO created_at, run_at, state
            FROM jobservice.insert_job(job, delay_ms, of_type, limit_keys, sequence_key) AS i;
            UPDATE jobservice.job_keys k
            SET job_id = job.id, changed_by = job.id, scope = policy.scope, held_until = t.held_until, review_at = coalesce(t.held_until, jobservice.now() + interval '1 day')
            FROM (SELECT CASE policy.scope WHEN 3 THEN jobservice.now() + policy.window_ticks / 10000 * interval '1 millisecond' WHEN 4 THEN 'infinity'::timestamptz END AS held_until) t
            WHERE k.hash = key;
            id := job.id;
            is_deduplicated := false;
            RETURN;
        END IF;

        IF is_edit_refused THEN
            -- It would be put off beyond its own end; or it has started or ended since it was looked at.
            SELECT * INTO standing FROM jobservice.run_read_job_state(holder.job_id) AS s;
            IF standing.state IN (1, 2, 3, 5) AND put_off_to > least(standing.expires_at, standing.deadline_at) THEN
                IF policy.on_conflict <> 'Debounce' THEN
                    refusal := jobservice.refusal('invalid', ARRAY[jobservice.fault('/runAt',
                        format('Expected a time that is not after the job''s %s.', CASE WHEN put_off_to > standing.expires_at THEN 'expiresAt' ELSE 'deadline' END))]);
                    RETURN;
                END IF;
            ELSE
                CONTINUE;
            END IF;
        ELSIF edited IS NOT NULL THEN
            INSERT INTO jobservice.late_times (kind, at) SELECT 1, put_off_to WHERE edited IN (2, 5);
            UPDATE jobservice.job_keys SET changed_by = job.id WHERE hash = key;
            SELECT * INTO holder FROM jobservice.run_read_key_holders(ARRAY[key]) AS h;
        END IF;

        id := holder.job_id;
        state := holder.state;
        created_at := holder.created_at;
        run_at := holder.run_at;
        is_deduplicated := true;
        RETURN;
    END LOOP;

    refusal := json_build_object('type', '/problems/unavailable', 'detail', format('Job %s is changing its state too often just now; nothing was stored.', holder.job_id));
END $$;

-- Enqueues a job as part of the caller's transaction, and says what became of it. A refusal is a value here: the transaction goes on without the job.
CREATE FUNCTION jobservice.try_enqueue_job(
    type text, payload json DEFAULT NULL, options json DEFAULT NULL,
    OUT id uuid, OUT state text, OUT created_at timestamptz, OUT run_at timestamptz, OUT is_deduplicated boolean, OUT superseded uuid, OUT refusal json)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET extra_float_digits = 1 SET jit = off AS $$
#variable_conflict use_column
DECLARE
    given json := coalesce(try_enqueue_job.options, '{}');
    of_type text := try_enqueue_job.type;
    of_queue text := 'default';
    job jobservice.jobs;
    faults json[] := '{}';
    fault record;
    own json;
    route record;
    said record;
    part json;
    run_at_ticks bigint;
    delay_ms bigint;
    limit_keys text[];
    retry jobservice.retry_policy := jobservice.stored_retry(NULL);
    soft bigint := 3000000000;
    hard bigint := 3300000000;
    keep_result bigint;
    uniqueness jobservice.unique_policy;
    is_unique boolean := false;
    unique_faults json[] := '{}';
    unique_key uuid;
    sequence_key text;
    sequence_failure text;
    made record;
BEGIN
    job.payload := btrim(coalesce(try_enqueue_job.payload::text, 'null'), E' \t\n\r');
    IF octet_length(job.payload::text) > 1048576 THEN
        refusal := json_build_object('type', '/problems/too-large', 'detail', 'The payload is longer than 1048576 bytes.');
        RETURN;
    END IF;

    -- What is not of the form, at the first place.
    FOR fault IN
        SELECT f.pointer, f.detail FROM jobservice.find_json_fault(job.payload, '/payload', 64) AS f WHERE f.pointer IS NOT NULL
        UNION ALL SELECT f.pointer, f.detail FROM jobservice.find_json_fault(given, '', 65) AS f WHERE f.pointer IS NOT NULL
        UNION ALL SELECT '', 'Expected an object of options.' WHERE json_typeof(given) <> 'object'
    LOOP
        refusal := jobservice.refusal('malformed', ARRAY[jobservice.fault(fault.pointer, fault.detail)]);
        RETURN;
    END LOOP;
    part := jobservice.check_shape(given, '{
        "queue": "string", "priority": "whole", "runAt": "string", "delay": "duration", "expiresAt": "string", "deadline": "string", "timeout": "timeout", "keepResult": "duration",
        "retry": {"maxAttempts": "whole", "backoff": "string", "base": "duration", "factor": "number", "max": "duration", "delays": ["durations"], "jitter": "string", "maxElapsed": "duration",
                  "retryOn": ["string"], "failOn": ["string"]},
        "unique": {"key": "string", "paths": ["string"], "scope": "string", "window": "duration", "onConflict": "string", "maxWait": "duration"},
        "sequence": "sequence", "tags": {"*": "string"}, "limitKeys": ["string"], "metadata": "object", "traceparent": "string", "tracestate": "string"}', '{}');
    IF part IS NOT NULL THEN
        refusal := jobservice.refusal('malformed', ARRAY[part]);
        RETURN;
    END IF;

    -- What the type and the rules settle.
    IF of_type IS NULL OR of_type !~ '^[a-z0-9][a-z0-9._:-]{0,127}$' THEN
        faults := faults || jobservice.fault('/type', CASE WHEN of_type IS NULL THEN 'A type is required.' ELSE 'Expected a name that matches ^[a-z0-9][a-z0-9._:-]{0,127}$.' END);
        of_type := NULL;
    ELSE
        faults := faults || jobservice.check_payload(of_type, job.payload, '/payload');
        own := (SELECT s.defaults FROM jobservice.job_type_settings s WHERE s.type = of_type);
        SELECT * INTO route FROM jobservice.find_route(of_type, jobservice.member(given, 'tags'), job.payload) AS r;
        of_queue := coalesce(own ->> 'queue', route.settled ->> 'queue', of_queue);
        job.routed_by := CASE WHEN own ->> 'queue' IS NOT NULL THEN 'type' WHEN route.settled ->> 'queue' IS NOT NULL THEN 'rule:' || route.name END;
        job.priority := coalesce(own ->> 'priority', route.settled ->> 'priority');
        limit_keys := jobservice.strings_of(coalesce(jobservice.member(own, 'limitKeys'), jobservice.member(route.settled, 'limitKeys')));
        retry := jobservice.stored_retry(coalesce(jobservice.member(own, 'retry'), jobservice.member(route.settled, 'retry')));
        part := coalesce(jobservice.member(own, 'timeout'), jobservice.member(route.settled, 'timeout'));
        soft := coalesce(jobservice.read_timespan(part ->> 'soft'), soft);
        hard := coalesce(jobservice.read_timespan(part ->> 'hard'), hard);
    END IF;
    job.priority := coalesce(job.priority, 5);

    -- What the caller says, in the order of the service, so that the faults come in theirs.
    IF given::text <> '{}' THEN
        faults := faults || jobservice.find_unknown(given, '{queue,priority,runAt,delay,expiresAt,deadline,retry,timeout,unique,sequence,limitKeys,tags,metadata,keepResult,traceparent,tracestate}', '');
        IF jobservice.member(given, 'runAt') IS NOT NULL AND jobservice.member(given, 'delay') IS NOT NULL THEN
            faults := faults || jobservice.fault('/delay', 'runAt and delay exclude each other; give one of them.');
        END IF;
        IF given ->> 'runAt' IS NOT NULL THEN
            SELECT * INTO said FROM jobservice.time_of(given ->> 'runAt', '/runAt') AS t;
            faults := faults || said.faults;
            job.run_at := said.instant;
            run_at_ticks := said.ticks;
        END IF;
        IF given ->> 'queue' IS NOT NULL THEN
            of_queue := given ->> 'queue';
            job.routed_by := 'request';
            IF of_queue !~ '^[a-z0-9][a-z0-9._:-]{0,127}$' THEN
                faults := faults || jobservice.fault('/queue', 'Expected a name that matches ^[a-z0-9][a-z0-9._:-]{0,127}$.');
            END IF;
        END IF;
        IF jobservice.read_int(given ->> 'priority') NOT BETWEEN 0 AND 9 THEN
            faults := faults || jobservice.fault('/priority', 'Expected a number from 0 to 9.');
        ELSE
            job.priority := coalesce(jobservice.read_int(given ->> 'priority'), job.priority);
        END IF;

        SELECT d.ticks, d.faults || jobservice.check_duration(d.ticks, '/delay', 0, 3153600000000000, 'from 0 to ten years (3650d)') AS faults INTO said
        FROM jobservice.duration_of(jobservice.member(given, 'delay'), '/delay') AS d;
        faults := faults || said.faults;
        delay_ms := CASE WHEN cardinality(said.faults) = 0 THEN said.ticks / 10000 END;
        IF given ->> 'expiresAt' IS NOT NULL THEN
            SELECT * INTO said FROM jobservice.time_of(given ->> 'expiresAt', '/expiresAt') AS t;
            faults := faults || said.faults || CASE WHEN said.ticks < run_at_ticks THEN ARRAY[jobservice.fault('/expiresAt', 'Expected a time that is not before runAt.')] ELSE '{}' END;
            job.expires_at := said.instant;
        END IF;
        IF given ->> 'deadline' IS NOT NULL THEN
            SELECT * INTO said FROM jobservice.time_of(given ->> 'deadline', '/deadline') AS t;
            faults := faults || said.faults || CASE WHEN said.ticks < run_at_ticks THEN ARRAY[jobservice.fault('/deadline', 'Expected a time that is not before runAt.')] ELSE '{}' END;
            job.deadline_at := said.instant;
        END IF;

        IF jobservice.member(given, 'retry') IS NOT NULL THEN
            SELECT * INTO said FROM jobservice.apply_retry(retry, given -> 'retry') AS r;
            retry := said.policy;
            faults := faults || said.faults;
        END IF;
        IF jobservice.member(given, 'timeout') IS NOT NULL THEN
            SELECT * INTO said FROM jobservice.apply_timeout(soft, hard, given -> 'timeout') AS t;
            soft := said.soft;
            hard := said.hard;
            faults := faults || said.faults;
        END IF;
        SELECT * INTO said FROM jobservice.duration_of(jobservice.member(given, 'keepResult'), '/keepResult') AS d;
        keep_result := said.ticks;
        faults := faults || said.faults;
        is_unique := jobservice.member(given, 'unique') IS NOT NULL;
        IF is_unique THEN
            SELECT * INTO said FROM jobservice.read_unique(given -> 'unique') AS u;
            uniqueness := said.policy;
            unique_faults := jobservice.check_unique(uniqueness);
            faults := faults || said.faults;
        END IF;
        IF jobservice.member(given, 'sequence') IS NOT NULL THEN
            SELECT * INTO said FROM jobservice.read_sequence(given -> 'sequence') AS q;
            sequence_key := said.key;
            sequence_failure := said.on_failure;
            faults := faults || said.faults;
        END IF;
        faults := faults || jobservice.check_retry(retry) || jobservice.check_duration(keep_result, '/keepResult', 0, 315360000000000, 'from 0 to 365 days') || unique_faults;

        part := jobservice.member(given, 'tags');
        faults := faults || coalesce(jobservice.check_tags(part), '{}');
        job.tags := CASE WHEN part::text !~ '^\{\s*\}$' THEN part END;
        part := jobservice.member(given, 'limitKeys');
        limit_keys := coalesce(jobservice.strings_of(part), limit_keys);
        faults := faults || CASE WHEN part IS NULL THEN '{}' ELSE jobservice.check_limit_keys(limit_keys) END;
        job.metadata := jobservice.member(given, 'metadata');
        IF octet_length(job.metadata::text) > 16384 THEN
            faults := faults || jobservice.fault('/metadata', 'Expected at most 16384 bytes.');
        END IF;

        -- A context that is not valid is none, as the standard asks.
        job.trace_parent := given ->> 'traceparent';
        job.trace_state := given ->> 'tracestate';
        IF (length(job.trace_parent) <= 512 AND job.trace_parent ~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[a-z0-9-]*)?$'
            AND job.trace_parent !~ '^ff|^00.{53}-|^..-0{32}|^.{36}0{16}') IS NOT TRUE THEN
            job.trace_parent := NULL;
            job.trace_state := NULL;
        ELSIF length(job.trace_state) > 512 OR job.trace_state !~ '^[ -~]+$' THEN
            job.trace_state := NULL;
        END IF;

        IF is_unique THEN
            IF uniqueness.on_conflict = 'Debounce' AND delay_ms IS NULL THEN
                faults := faults || jobservice.fault('/delay', 'By how long? A job that debounces takes a delay.');
            END IF;
            IF cardinality(unique_faults) = 0 AND of_type IS NOT NULL THEN
                SELECT * INTO said FROM jobservice.key_of(uniqueness, of_type, job.payload) AS k;
                unique_key := said.key;
                faults := faults || said.faults;
            END IF;
        END IF;
    END IF;

    IF cardinality(faults) > 0 THEN
        refusal := jobservice.refusal('invalid', faults[:100]);
        RETURN;
    END IF;

    -- It is valid: an id by the database's clock, and what the service would store of it.
    job.id := lpad(to_hex((extract(epoch FROM jobservice.now()) * 1000)::bigint), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14);
    job.created_by := session_user;
    job.hard_limit_ms := hard / 10000;
    limit_keys := ARRAY(SELECT DISTINCT k COLLATE "C" FROM unnest(limit_keys) AS k ORDER BY 1);
    IF retry IS DISTINCT FROM jobservice.stored_retry(NULL) OR (soft, hard) <> (3000000000, 3300000000) OR keep_result IS NOT NULL OR is_unique OR sequence_key IS NOT NULL THEN
        job.policies := concat('{"retry":', jobservice.write_retry(retry), ',"timeout":{"soft":"', jobservice.timespan(soft), '","hard":"', jobservice.timespan(hard), '"}',
            ',"keepResult":"' || jobservice.timespan(keep_result) || '"', CASE WHEN is_unique THEN ',"unique":' || jobservice.write_unique(uniqueness) END,
            ',"sequence":{"key":' || jobservice.write_string(sequence_key) || ',"onFailure":"' || sequence_failure || '"}', '}');
    END IF;

    IF is_unique THEN
        SELECT * INTO made FROM jobservice.enqueue_unique_job(job, delay_ms, of_queue, of_type, limit_keys, sequence_key, unique_key, uniqueness) AS u;
    ELSE
        SELECT * INTO made FROM jobservice.enqueue_plain_job(job, delay_ms, of_queue, of_type, limit_keys, sequence_key) AS p;
    END IF;

    IF made.state = 3 THEN
        PERFORM jobservice.wake_workers();
    END IF;
    IF made.superseded IS NOT NULL THEN
        PERFORM pg_notify('jobservice', 'sql Cancel');
    END IF;
    id := made.id;
    state := ('{blocked,scheduled,queued,running,retrying,succeeded,failed,cancelled}'::text[])[made.state];
    created_at := made.created_at;
    run_at := made.run_at;
    is_deduplicated := made.is_deduplicated;
    superseded := made.superseded;
    refusal := made.refusal;
END $$;

-- The same, raising a refusal, which ends the transaction or goes back to its last savepoint. The message says what is wrong, the detail is a JSON array of every fault with its pointer, or the holder of
-- the unique key. SQLSTATE 22023: a value is not acceptable; 22P02: it is not of the form; 23505: the key is held; 54000: too large; 53400: the queue is full; P0002: gone; 55P03: try again. 0A000 is raised where SQL can't tell.
CREATE FUNCTION jobservice.enqueue_job(
    type text, payload json DEFAULT NULL, options json DEFAULT NULL,
    OUT id uuid, OUT state text, OUT created_at timestamptz, OUT run_at timestamptz, OUT is_deduplicated boolean, OUT superseded uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    refusal json;
BEGIN
    SELECT e.id, e.state, e.created_at, e.run_at, e.is_deduplicated, e.superseded, e.refusal INTO id, state, created_at, run_at, is_deduplicated, superseded, refusal
    FROM jobservice.try_enqueue_job(enqueue_job.type, enqueue_job.payload, enqueue_job.options) AS e;
    IF refusal IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = refusal ->> 'detail', DETAIL = coalesce(refusal ->> 'errors', refusal ->> 'holder', ''),
            ERRCODE = CASE refusal ->> 'type' WHEN '/problems/invalid' THEN '22023' WHEN '/problems/malformed' THEN '22P02' WHEN '/problems/unique-conflict' THEN '23505'
                WHEN '/problems/too-large' THEN '54000' WHEN '/problems/queue-full' THEN '53400' WHEN '/problems/gone' THEN 'P0002' ELSE '55P03' END;
    END IF;
END $$;

-- The same, for whoever wants no more than the id.
CREATE FUNCTION jobservice.enqueue(type text, payload json DEFAULT NULL, options json DEFAULT NULL) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT e.id FROM jobservice.enqueue_job(type, payload, options) AS e);
END $$;

-- Whoever may enqueue is told so by GRANT USAGE ON SCHEMA jobservice and GRANT EXECUTE ON FUNCTION jobservice.enqueue(text, json, json); nothing else is needed.
REVOKE ALL ON FUNCTION jobservice.try_enqueue_job(text, json, json), jobservice.enqueue_job(text, json, json), jobservice.enqueue(text, json, json) FROM PUBLIC;
