-- What a caller may say of a job: laid over what its type and the rules settle, checked by the ranges of the service in its order and in its words, and written as it is stored. Durations are ticks.

CREATE TYPE jobservice.retry_policy AS (
    max_attempts int, backoff text, base bigint, factor double precision, max_delay bigint, jitter text, delays bigint[], max_elapsed bigint, retry_on text[], fail_on text[]);

CREATE TYPE jobservice.unique_policy AS (key text, paths text[], scope smallint, window_ticks bigint, on_conflict text, max_wait bigint);

-- A refusal, in the members of the API's problem documents: what kind it is, what is wrong in a sentence, and every fault with its pointer.
CREATE FUNCTION jobservice.refusal(kind text, faults json[]) RETURNS json
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN json_build_object('type', '/problems/' || kind, 'errors', array_to_json(faults),
        'detail', CASE cardinality(faults) WHEN 1 THEN faults[1] ->> 'detail' ELSE format('There are %s faults.', cardinality(faults)) END);
END $$;

-- What is not of the shape that is expected, at the first place that is not; null where all is. A null is as good as nothing, but among durations.
CREATE FUNCTION jobservice.check_shape(given json, shape jsonb, path text[]) RETURNS json
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    kind text := json_typeof(given);
    expected text := shape #>> '{}';
    detail text;
    fault json;
    name text;
    value json;
BEGIN
    IF kind = 'null' AND expected IS DISTINCT FROM 'durations' THEN
        RETURN NULL;
    ELSIF jsonb_typeof(shape) = 'object' AND kind = 'object' THEN
        FOR name, value IN SELECT m.key, m.value FROM json_each(given) AS m WHERE coalesce(shape -> m.key, shape -> '*') IS NOT NULL LOOP
            fault := jobservice.check_shape(value, coalesce(shape -> name, shape -> '*'), path || name);
            EXIT WHEN fault IS NOT NULL;
        END LOOP;
        RETURN fault;
    ELSIF jsonb_typeof(shape) = 'array' AND kind = 'array' THEN
        FOR name, value IN SELECT (e.n - 1)::text, e.value FROM json_array_elements(given) WITH ORDINALITY AS e(value, n) LOOP
            fault := jobservice.check_shape(value, shape -> 0, path || name);
            EXIT WHEN fault IS NOT NULL;
        END LOOP;
        RETURN fault;
    ELSIF expected = 'timeout' AND kind = 'object' THEN
        RETURN jobservice.check_shape(given, '{"soft": "duration", "hard": "duration"}', path);
    ELSIF expected = 'sequence' AND kind = 'object' THEN
        RETURN jobservice.check_shape(given, '{"key": "string", "onFailure": "string"}', path);
    END IF;

    detail := CASE
        WHEN jsonb_typeof(shape) = 'object' OR expected = 'object' AND kind <> 'object' THEN 'Expected an object.'
        WHEN jsonb_typeof(shape) = 'array' THEN 'Expected an array.'
        WHEN expected = 'string' AND kind <> 'string' THEN 'Expected a string.'
        WHEN expected = 'whole' AND (kind <> 'number' OR given::text ~ '[.eE]') THEN 'Expected a whole number.'
        WHEN expected = 'number' AND kind <> 'number' THEN 'Expected a number.'
        WHEN expected IN ('duration', 'durations') AND kind NOT IN ('number', 'string') THEN 'Expected a duration: a number of seconds, or a string such as "30s" or "PT30S".'
        WHEN expected = 'sequence' AND kind <> 'string' THEN 'Expected a key such as "order-42", or an object with key and onFailure.'
        WHEN expected = 'timeout' AND kind NOT IN ('number', 'string') THEN 'Expected a duration such as "30s", or an object with soft and hard.'
    END;
    RETURN CASE WHEN detail IS NOT NULL THEN jobservice.fault(jobservice.pointer_to('', path), detail) END;
END $$;

-- The members of an object that it should not have.
CREATE FUNCTION jobservice.find_unknown(given json, known text[], at text) RETURNS json[]
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(jobservice.fault(at || jobservice.short_step_to(m.key), 'There is no such member here.') ORDER BY m.n), '{}')
    FROM json_each(CASE json_typeof(given) WHEN 'object' THEN given END) WITH ORDINALITY AS m(key, value, n) WHERE m.key <> ALL (known));
END $$;

-- A member of an object; nothing where it is null.
CREATE FUNCTION jobservice.member(given json, name text) RETURNS json
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN json_typeof(given -> name) <> 'null' THEN given -> name END;
END $$;

CREATE FUNCTION jobservice.strings_of(given json) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(s ORDER BY n), '{}') FROM json_array_elements_text(given) WITH ORDINALITY AS e(s, n));
END $$;

-- A duration that may be missing. One that can't be read is a fault, and as good as missing.
CREATE FUNCTION jobservice.duration_of(given json, pointer text, OUT ticks bigint, OUT faults json[])
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    ticks := jobservice.read_duration(given);
    faults := CASE WHEN given IS NULL OR ticks IS NOT NULL THEN '{}'
                   ELSE ARRAY[jobservice.fault(pointer, 'Expected a duration: a number of seconds, or a string such as "250ms", "1h30m", "2d" or "PT30S".')] END;
END $$;

CREATE FUNCTION jobservice.check_duration(ticks bigint, pointer text, shortest bigint, longest bigint, range text) RETURNS json[]
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE WHEN ticks NOT BETWEEN shortest AND longest THEN ARRAY[jobservice.fault(pointer, 'Expected a duration ' || range || '.')] ELSE '{}' END;
END $$;

-- A time that may be missing.
CREATE FUNCTION jobservice.time_of(given text, pointer text, OUT ticks bigint, OUT instant timestamptz, OUT faults json[])
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    fault text;
BEGIN
    SELECT t.ticks, t.instant, t.fault INTO ticks, instant, fault FROM jobservice.read_time(given) AS t;
    faults := CASE WHEN fault IS NULL THEN '{}' ELSE ARRAY[jobservice.fault(pointer, fault)] END;
END $$;

-- A policy of retries as it is stored; the default one where there is none.
CREATE FUNCTION jobservice.stored_retry(stored json) RETURNS jobservice.retry_policy
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF stored IS NULL THEN
        RETURN '(10,Exponential,100000000,2,36000000000,Equal,{},,{*},{})'::jobservice.retry_policy;
    END IF;
    RETURN ROW(coalesce((stored ->> 'maxAttempts')::int, 10), coalesce(stored ->> 'backoff', 'Exponential')::text, coalesce(jobservice.read_timespan(stored ->> 'base'), 100000000),
        coalesce((stored ->> 'factor')::double precision, 2), coalesce(jobservice.read_timespan(stored ->> 'max'), 36000000000), coalesce(stored ->> 'jitter', 'Equal')::text,
        ARRAY(SELECT jobservice.read_timespan(d) FROM unnest(jobservice.strings_of(jobservice.member(stored, 'delays'))) AS d), jobservice.read_timespan(stored ->> 'maxElapsed'),
        coalesce(jobservice.strings_of(jobservice.member(stored, 'retryOn')), '{*}'), coalesce(jobservice.strings_of(jobservice.member(stored, 'failOn')), '{}'));
END $$;

-- Lays what a caller says of retries over a policy.
CREATE FUNCTION jobservice.apply_retry(INOUT policy jobservice.retry_policy, given json, OUT faults json[])
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    said record;
    word text;
BEGIN
    faults := jobservice.find_unknown(given, '{maxAttempts,backoff,base,factor,max,delays,jitter,maxElapsed,retryOn,failOn}', '/retry');
    word := given ->> 'backoff';
    IF word IN ('fixed', 'linear', 'exponential', 'polynomial', 'list') THEN
        policy.backoff := initcap(word);
    ELSIF word IS NOT NULL THEN
        faults := faults || jobservice.fault('/retry/backoff', 'Expected one of fixed, linear, exponential, polynomial, list.');
    END IF;

    policy.max_attempts := coalesce(jobservice.read_int(given ->> 'maxAttempts'), policy.max_attempts);
    policy.factor := coalesce(jobservice.read_double(given ->> 'factor'), policy.factor);
    SELECT * INTO said FROM jobservice.duration_of(jobservice.member(given, 'base'), '/retry/base') AS d;
    policy.base := coalesce(said.ticks, policy.base);
    faults := faults || said.faults;
    SELECT * INTO said FROM jobservice.duration_of(jobservice.member(given, 'max'), '/retry/max') AS d;
    policy.max_delay := coalesce(said.ticks, policy.max_delay);
    faults := faults || said.faults;

    word := given ->> 'jitter';
    IF word IN ('none', 'equal', 'full') THEN
        policy.jitter := initcap(word);
    ELSIF word IS NOT NULL THEN
        faults := faults || jobservice.fault('/retry/jitter', 'Expected one of none, equal, full.');
    END IF;

    SELECT * INTO said FROM jobservice.duration_of(jobservice.member(given, 'maxElapsed'), '/retry/maxElapsed') AS d;
    policy.max_elapsed := coalesce(said.ticks, policy.max_elapsed);
    faults := faults || said.faults;
    policy.retry_on := coalesce(array_replace(jobservice.strings_of(jobservice.member(given, 'retryOn')), NULL, ''), policy.retry_on);
    policy.fail_on := coalesce(array_replace(jobservice.strings_of(jobservice.member(given, 'failOn')), NULL, ''), policy.fail_on);
    IF jobservice.member(given, 'delays') IS NOT NULL THEN
        policy.delays := '{}';
        FOR said IN SELECT d.ticks, d.faults FROM json_array_elements(given -> 'delays') WITH ORDINALITY AS e(value, n), jobservice.duration_of(e.value, '/retry/delays/' || e.n - 1) AS d ORDER BY e.n LOOP
            policy.delays := policy.delays || coalesce(said.ticks, 0);
            faults := faults || said.faults;
        END LOOP;
    ELSIF policy.backoff <> 'List' THEN
        policy.delays := '{}';
    END IF;
END $$;

CREATE FUNCTION jobservice.check_globs(globs text[], pointer text) RETURNS json[]
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE WHEN cardinality(globs) > 32 THEN ARRAY[jobservice.fault(pointer, 'Expected at most 32 globs.')] ELSE '{}' END
        || ARRAY(SELECT jobservice.fault(pointer || '/' || n - 1, 'Expected a glob of 1 to 256 characters.')
                 FROM unnest(globs) WITH ORDINALITY AS g(glob, n) WHERE jobservice.utf16_length(glob) NOT BETWEEN 1 AND 256 ORDER BY n);
END $$;

CREATE FUNCTION jobservice.check_retry(policy jobservice.retry_policy) RETURNS json[]
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE WHEN policy.max_attempts NOT BETWEEN 1 AND 1000 THEN ARRAY[jobservice.fault('/retry/maxAttempts', 'Expected a number from 1 to 1000.')] ELSE '{}' END
        || jobservice.check_duration(policy.base, '/retry/base', 0, 315360000000000, 'from 0 to 365 days')
        || CASE WHEN policy.factor NOT BETWEEN 1 AND 100 THEN ARRAY[jobservice.fault('/retry/factor', 'Expected a number from 1 to 100.')] ELSE '{}' END
        || jobservice.check_duration(policy.max_delay, '/retry/max', 0, 315360000000000, 'from 0 to 365 days')
        || jobservice.check_duration(policy.max_elapsed, '/retry/maxElapsed', 0, 3153600000000000, 'from 0 to ten years (3650d)')
        || jobservice.check_globs(policy.retry_on, '/retry/retryOn')
        || jobservice.check_globs(policy.fail_on, '/retry/failOn')
        || CASE WHEN policy.backoff <> 'List' AND cardinality(policy.delays) > 0 THEN ARRAY[jobservice.fault('/retry/delays', 'delays go with "backoff": "list" only.')]
                WHEN policy.backoff <> 'List' THEN '{}'
                WHEN cardinality(policy.delays) NOT BETWEEN 1 AND 100 THEN ARRAY[jobservice.fault('/retry/delays', 'Expected 1 to 100 durations, as "backoff" is "list".')]
                ELSE ARRAY(SELECT jobservice.fault('/retry/delays/' || n - 1, 'Expected a duration from 0 to 365 days.')
                           FROM unnest(policy.delays) WITH ORDINALITY AS d(ticks, n) WHERE ticks > 315360000000000 ORDER BY n) END;
END $$;

CREATE FUNCTION jobservice.write_strings(given text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT '[' || coalesce(string_agg(jobservice.write_string(s), ',' ORDER BY n), '') || ']' FROM unnest(given) WITH ORDINALITY AS u(s, n));
END $$;

CREATE FUNCTION jobservice.write_retry(policy jobservice.retry_policy) RETURNS text
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN concat('{"maxAttempts":', policy.max_attempts, ',"backoff":"', policy.backoff, '","base":"', jobservice.timespan(policy.base), '","factor":', policy.factor,
        ',"max":"', jobservice.timespan(policy.max_delay), '","jitter":"', policy.jitter, '","delays":',
        jobservice.write_strings(ARRAY(SELECT jobservice.timespan(d) FROM unnest(policy.delays) WITH ORDINALITY AS u(d, n) ORDER BY n)),
        ',"maxElapsed":"' || jobservice.timespan(policy.max_elapsed) || '"', ',"retryOn":', jobservice.write_strings(policy.retry_on), ',"failOn":', jobservice.write_strings(policy.fail_on), '}');
END $$;

-- Lays the limits of time that a caller gives over those that are settled: either implies the other, with the default grace between them.
CREATE FUNCTION jobservice.apply_timeout(INOUT soft bigint, INOUT hard bigint, given json, OUT faults json[])
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    longest constant bigint := 6048000000000;
    grace constant bigint := 300000000;
    is_object boolean := json_typeof(given) = 'object';
    soft_at text := CASE WHEN is_object THEN '/timeout/soft' ELSE '/timeout' END;
    new_soft record;
    new_hard record;
    range_faults json[];
BEGIN
    SELECT * INTO new_soft FROM jobservice.duration_of(CASE WHEN is_object THEN jobservice.member(given, 'soft') ELSE given END, soft_at) AS d;
    SELECT * INTO new_hard FROM jobservice.duration_of(CASE WHEN is_object THEN jobservice.member(given, 'hard') END, '/timeout/hard') AS d;
    faults := jobservice.find_unknown(given, '{soft,hard}', '/timeout') || new_soft.faults || new_hard.faults;
    range_faults := jobservice.check_duration(new_soft.ticks, soft_at, 10000, longest, 'from 1 ms to 7 days')
        || jobservice.check_duration(new_hard.ticks, '/timeout/hard', 10000, longest, 'from 1 ms to 7 days');
    IF cardinality(range_faults) = 0 AND new_hard.ticks < new_soft.ticks THEN
        range_faults := ARRAY[jobservice.fault('/timeout/hard', 'Expected the hard limit to be no shorter than the soft one.')];
    END IF;

    faults := faults || range_faults;
    IF cardinality(range_faults) = 0 AND num_nonnulls(new_soft.ticks, new_hard.ticks) > 0 THEN
        soft := coalesce(new_soft.ticks, new_hard.ticks - least(grace, round(new_hard.ticks / 2::double precision)::bigint));
        hard := coalesce(new_hard.ticks, least(soft + grace, longest));
    END IF;
END $$;

-- By what a job is to be unique.
CREATE FUNCTION jobservice.read_unique(given json, OUT policy jobservice.unique_policy, OUT faults json[])
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    scopes constant text[] := '{untilStarted,untilFinished,window,forever}';
    conflicts constant text[] := '{return,reject,replace,debounce,supersede}';
    said record;
BEGIN
    faults := jobservice.find_unknown(given, '{key,paths,scope,window,onConflict,maxWait}', '/unique');
    policy.key := given ->> 'key';
    policy.paths := coalesce(array_replace(jobservice.strings_of(jobservice.member(given, 'paths')), NULL, 'null'), '{}');
    policy.scope := coalesce(array_position(scopes, given ->> 'scope'), 2);
    IF given ->> 'scope' <> ALL (scopes) THEN
        faults := faults || jobservice.fault('/unique/scope', 'Expected one of untilStarted, untilFinished, window, forever.');
    END IF;
    SELECT * INTO said FROM jobservice.duration_of(jobservice.member(given, 'window'), '/unique/window') AS d;
    policy.window_ticks := said.ticks;
    faults := faults || said.faults;
    policy.on_conflict := initcap(coalesce(conflicts[array_position(conflicts, given ->> 'onConflict')], 'return'));
    IF given ->> 'onConflict' <> ALL (conflicts) THEN
        faults := faults || jobservice.fault('/unique/onConflict', 'Expected one of return, reject, replace, debounce, supersede.');
    END IF;
    SELECT * INTO said FROM jobservice.duration_of(jobservice.member(given, 'maxWait'), '/unique/maxWait') AS d;
    policy.max_wait := said.ticks;
    faults := faults || said.faults;
END $$;

CREATE FUNCTION jobservice.check_unique(policy jobservice.unique_policy) RETURNS json[]
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE WHEN (policy.key IS NULL) = (cardinality(policy.paths) = 0) THEN ARRAY[jobservice.fault('/unique', 'Give either key or paths.')] ELSE '{}' END
        || CASE WHEN octet_length(policy.key) NOT BETWEEN 1 AND 255 THEN ARRAY[jobservice.fault('/unique/key', 'Expected 1 to 255 bytes.')] ELSE '{}' END
        || CASE WHEN cardinality(policy.paths) > 16 THEN ARRAY[jobservice.fault('/unique/paths', 'Expected at most 16 paths.')] ELSE '{}' END
        || ARRAY(SELECT jobservice.fault('/unique/paths/' || n - 1, 'Expected a JSON pointer of at most 256 characters, such as /userId.')
                 FROM unnest(policy.paths) WITH ORDINALITY AS p(path, n) WHERE jobservice.utf16_length(path) > 256 OR NOT jobservice.is_pointer(path) ORDER BY n)
        || CASE WHEN policy.scope = 3 AND policy.window_ticks IS NULL THEN ARRAY[jobservice.fault('/unique/window', 'How long? The scope window takes a duration.')]
                WHEN policy.scope <> 3 AND policy.window_ticks IS NOT NULL THEN ARRAY[jobservice.fault('/unique/window', 'Goes with "scope": "window" only.')] ELSE '{}' END
        || CASE WHEN policy.on_conflict <> 'Debounce' AND policy.max_wait IS NOT NULL THEN ARRAY[jobservice.fault('/unique/maxWait', 'Goes with "onConflict": "debounce" only.')] ELSE '{}' END
        || jobservice.check_duration(policy.window_ticks, '/unique/window', 10000000, 315360000000000, 'from 1 s to 365 days')
        || jobservice.check_duration(policy.max_wait, '/unique/maxWait', 10000000, 315360000000000, 'from 1 s to 365 days');
END $$;

CREATE FUNCTION jobservice.write_unique(policy jobservice.unique_policy) RETURNS text
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN concat('{', '"key":' || jobservice.write_string(policy.key) || ',', '"paths":', jobservice.write_strings(policy.paths),
        ',"scope":"', ('{UntilStarted,UntilFinished,Window,Forever}'::text[])[policy.scope], '"', ',"window":"' || jobservice.timespan(policy.window_ticks) || '"',
        ',"onConflict":"', policy.on_conflict, '"', ',"maxWait":"' || jobservice.timespan(policy.max_wait) || '"', '}');
END $$;

-- The key that a policy makes of a job: what the caller names, or its type and values of its payload, in the order of their pointers.
CREATE FUNCTION jobservice.key_of(policy jobservice.unique_policy, of_type text, payload json, OUT key uuid, OUT faults json[])
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF policy.key IS NOT NULL THEN
        key := jobservice.hash_key('unique key', ARRAY[policy.key]);
        faults := '{}';
        RETURN;
    END IF;

    faults := ARRAY(SELECT jobservice.fault('/unique/paths/' || n - 1, format('The payload has nothing at %s.', path))
                    FROM unnest(policy.paths) WITH ORDINALITY AS p(path, n) WHERE jobservice.find_value(payload, path) IS NULL ORDER BY n);
    IF cardinality(faults) = 0 THEN
        key := jobservice.hash_key('unique values', of_type || ARRAY(
            SELECT part FROM (SELECT DISTINCT path FROM unnest(policy.paths) AS path) p,
                unnest(ARRAY[path, jobservice.canonical_json(jobservice.find_value(payload, path), true)]) WITH ORDINALITY AS v(part, n)
            ORDER BY jobservice.code_units(path) COLLATE "C", n));
    END IF;
END $$;

-- The sequence that a job is to be of: its key, or an object with it.
CREATE FUNCTION jobservice.read_sequence(given json, OUT key text, OUT on_failure text, OUT faults json[])
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    is_object boolean := json_typeof(given) = 'object';
    word text := CASE WHEN is_object THEN given ->> 'onFailure' END;
BEGIN
    faults := jobservice.find_unknown(given, '{key,onFailure}', '/sequence');
    on_failure := CASE word WHEN 'skip' THEN 'Skip' ELSE 'Block' END;
    IF word NOT IN ('block', 'skip') THEN
        faults := faults || jobservice.fault('/sequence/onFailure', 'Expected one of block, skip.');
    END IF;
    key := CASE WHEN is_object THEN given ->> 'key' ELSE given #>> '{}' END;
    IF (key ~ '^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$') IS NOT TRUE THEN
        faults := faults || jobservice.fault(CASE WHEN is_object THEN '/sequence/key' ELSE '/sequence' END,
            CASE WHEN key IS NULL THEN 'A key is required.' ELSE 'Expected a key that matches ^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$.' END);
        key := NULL;
    END IF;
END $$;

CREATE FUNCTION jobservice.check_tags(given json) RETURNS json[]
    LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN (SELECT CASE WHEN count(*) > 32 THEN ARRAY[jobservice.fault('/tags', 'Expected at most 32 tags.')] ELSE '{}' END
        || coalesce(array_agg(f.fault ORDER BY m.n, f.n) FILTER (WHERE f.fault IS NOT NULL), '{}')
    FROM json_each(given) WITH ORDINALITY AS m(key, value, n) LEFT JOIN LATERAL (
        SELECT 1, jobservice.fault('/tags' || jobservice.short_step_to(m.key), 'Expected a key that matches ^[A-Za-z0-9._/-]{1,64}$.') WHERE m.key !~ '^[A-Za-z0-9._/-]{1,64}$'
        UNION ALL
        SELECT 2, jobservice.fault('/tags' || jobservice.short_step_to(m.key), 'Expected a string of at most 256 characters.')
        WHERE json_typeof(m.value) = 'null' OR jobservice.utf16_length(m.value #>> '{}') > 256
    ) f(n, fault) ON true);
END $$;

CREATE FUNCTION jobservice.check_limit_keys(given text[]) RETURNS json[]
    LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN CASE WHEN cardinality(given) > 8 THEN ARRAY[jobservice.fault('/limitKeys', 'Expected at most 8 keys.')] ELSE '{}' END
        || ARRAY(SELECT jobservice.fault('/limitKeys/' || n - 1, CASE WHEN k ~ '^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$' THEN 'A job is limited by its queue and its type without naming them.'
                                                                      ELSE 'Expected a key that matches ^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$.' END)
                 FROM unnest(given) WITH ORDINALITY AS u(k, n) WHERE (k ~ '^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$' AND k !~ '^(queue|type):') IS NOT TRUE ORDER BY n);
END $$;
