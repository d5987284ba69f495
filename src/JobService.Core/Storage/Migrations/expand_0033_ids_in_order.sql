-- Enqueueing in SQL, as before but for two things: ids grow in the order of the calls, and a job records the rule that it met, whatever that sets.

-- A job id by the database's clock, which stands still within a statement: behind its milliseconds are the microseconds that have passed since, so that ids grow from call to call for up to 19 hours of one statement
-- (as in RFC 9562 6.2, method 3), and 36 random bits.
CREATE FUNCTION jobservice.make_job_id() RETURNS uuid
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    at_ms numeric := extract(epoch FROM jobservice.now()) * 1000;
    passed_us numeric := at_ms % 1 * 1000 + extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000000;
    passed text := lpad(to_hex(least(greatest(passed_us, 0), 68719476735)::bigint), 9, '0');
BEGIN
    RETURN lpad(to_hex(floor(at_ms)::bigint), 12, '0') || '7' || left(passed, 3) || '8' || substr(passed, 4) || right(gen_random_uuid()::text, 9);
END $$;

CREATE OR REPLACE FUNCTION jobservice.try_enqueue_job(
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
        job.routed_by := CASE WHEN own ->> 'queue' IS NOT NULL THEN 'type' ELSE 'rule:' || route.name END;
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

    -- It is valid: an id, and what the service would store of it.
    job.id := jobservice.make_job_id();
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
