-- The values of a request to enqueue, read and written in SQL exactly as the service reads and writes them in C#: numbers by their digits, durations and times in ticks of 100 ns, texts
-- by their UTF-16 code units, JSON in one form for each value. Tests give both the same values; see docs/adr/0021-enqueue-in-sql.md.

-- A text whose characters are the code units of UTF-16, in their order: a character beyond the first plane becomes two, and what comes behind the surrogates is moved behind them.
CREATE FUNCTION jobservice.code_units(given text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN given COLLATE "C" !~ '[\uE000-\U0010FFFF]' THEN given ELSE (
        SELECT string_agg(CASE WHEN ascii(c) < 57344 THEN c
                               WHEN ascii(c) < 65536 THEN chr(1048576 + ascii(c) - 57344)
                               ELSE chr(983040 + ((ascii(c) - 65536) >> 10)) || chr(984064 + ((ascii(c) - 65536) & 1023)) END, '' ORDER BY n)
        FROM regexp_split_to_table(given, '') WITH ORDINALITY AS s(c, n)) END;
END $$;

CREATE FUNCTION jobservice.utf16_length(given text) RETURNS int
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN octet_length(given) = char_length(given) THEN char_length(given)
                ELSE char_length(regexp_replace(given COLLATE "C", '[\U00010000-\U0010FFFF]', '..', 'g')) END;
END $$;

-- Whether a text is what a glob says, * being any characters and ? one.
CREATE FUNCTION jobservice.matches_glob(given text, glob text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN given COLLATE "C" LIKE translate(replace(replace(replace(glob, '\', '\\'), '%', '\%'), '_', '\_'), '*?', '%_');
END $$;

CREATE FUNCTION jobservice.fault(pointer text, detail text) RETURNS json
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN json_build_object('pointer', pointer, 'detail', detail);
END $$;

-- One step of a JSON pointer.
CREATE FUNCTION jobservice.step_to(name text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN '/' || replace(replace(name, '~', '~0'), '/', '~1');
END $$;

-- The same, or nothing where the name is too long to repeat.
CREATE FUNCTION jobservice.short_step_to(name text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN jobservice.utf16_length(name) < 256 THEN jobservice.step_to(name) ELSE '' END;
END $$;

-- The pointer along a path; of one that is very long, only the way to a value around it.
CREATE FUNCTION jobservice.pointer_to(root text, path text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    pointer text := root;
    name text;
BEGIN
    FOREACH name IN ARRAY path LOOP
        EXIT WHEN jobservice.utf16_length(pointer) + jobservice.utf16_length(name) >= 256;
        pointer := pointer || jobservice.step_to(name);
    END LOOP;
    RETURN pointer;
END $$;

CREATE FUNCTION jobservice.is_pointer(given text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (given = '' OR starts_with(given, '/')) AND given !~ '~(?![01])';
END $$;

-- The steps of a JSON pointer, none of the empty one.
CREATE FUNCTION jobservice.steps_of(pointer text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(replace(replace(s, '~1', '/'), '~0', '~') ORDER BY n) FILTER (WHERE n > 1), '{}')
    FROM string_to_table(pointer, '/') WITH ORDINALITY AS t(s, n));
END $$;

-- What a JSON pointer names; null where there is nothing.
CREATE FUNCTION jobservice.find_value(root json, pointer text) RETURNS json
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    found json := root;
    step text;
BEGIN
    FOREACH step IN ARRAY jobservice.steps_of(pointer) LOOP
        found := CASE json_typeof(found)
            WHEN 'object' THEN found -> step
            WHEN 'array' THEN CASE WHEN step ~ '^(0|[1-9][0-9]{0,8})$' THEN found -> step::int END
        END;
        EXIT WHEN found IS NULL;
    END LOOP;
    RETURN found;
END $$;

-- A number as JSON writes it: 0.ddd… · 10^magnitude, d being the digits from the first that isn't zero to the last. No digit is lost, and exponents beyond ±10^18 count as that.
CREATE FUNCTION jobservice.read_number(given text, OUT sign int, OUT digits text, OUT magnitude bigint)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    part text[] := regexp_match(given, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?)0*([0-9]*))?$');
    written text := part[2] || coalesce(part[3], '');
    behind_zeros text := ltrim(written, '0');
    exponent bigint := CASE WHEN coalesce(part[5], '') = '' THEN 0 WHEN length(part[5]) > 18 THEN 1000000000000000000 ELSE part[5]::bigint END;
BEGIN
    digits := rtrim(behind_zeros, '0');
    sign := CASE WHEN digits = '' THEN 0 WHEN part[1] = '-' THEN -1 ELSE 1 END;
    magnitude := CASE WHEN digits = '' THEN 0 ELSE length(part[2]) - (length(written) - length(behind_zeros)) + CASE WHEN part[4] = '-' THEN -exponent ELSE exponent END END;
END $$;

-- Below zero where the first is the smaller one, above where it is the larger one.
CREATE FUNCTION jobservice.compare_numbers(one text, other text) RETURNS int
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT CASE
        WHEN a.sign <> b.sign OR a.sign = 0 THEN sign(a.sign - b.sign)::int
        WHEN a.magnitude <> b.magnitude THEN a.sign * CASE WHEN a.magnitude < b.magnitude THEN -1 ELSE 1 END
        WHEN a.digits = b.digits THEN 0
        ELSE a.sign * CASE WHEN a.digits COLLATE "C" < b.digits COLLATE "C" THEN -1 ELSE 1 END
    END
    FROM jobservice.read_number(one) AS a, jobservice.read_number(other) AS b);
END $$;

-- Whether a number is a whole multiple of another, which has at most 18 digits.
CREATE FUNCTION jobservice.is_multiple(given text, divisor text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    number record;
    parts record;
    modulus numeric;
    rest numeric := 0;
    power numeric;
    more bigint;
BEGIN
    SELECT * INTO number FROM jobservice.read_number(given);
    SELECT * INTO parts FROM jobservice.read_number(divisor);
    IF number.sign = 0 THEN
        RETURN true;
    END IF;

    more := (number.magnitude - length(number.digits)) - (parts.magnitude - length(parts.digits));
    IF more < 0 THEN
        RETURN false;
    END IF;

    modulus := parts.digits::numeric;
    FOR i IN 0 .. (length(number.digits) - 1) / 1000 LOOP
        rest := mod((rest::text || substr(number.digits, i * 1000 + 1, 1000))::numeric, modulus);
    END LOOP;

    power := mod(10, modulus);
    WHILE more > 0 AND rest <> 0 LOOP
        IF more % 2 = 1 THEN
            rest := mod(rest * power, modulus);
        END IF;
        power := mod(power * power, modulus);
        more := more / 2;
    END LOOP;
    RETURN rest = 0;
END $$;

-- A whole number as an int; beyond those, the nearest one.
CREATE FUNCTION jobservice.read_int(given text) RETURNS int
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    -- A cast of the parameter by itself would be done ahead of the condition, when the statement is planned.
    RETURN (SELECT CASE WHEN magnitude <= 10 THEN greatest(least((CASE WHEN magnitude <= 10 THEN given ELSE '0' END)::bigint, 2147483647), -2147483648)::int WHEN sign < 0 THEN -2147483648 ELSE 2147483647 END
    FROM jobservice.read_number(given));
END $$;

-- A number as a double; what is too large is infinite, and what is too small zero.
CREATE FUNCTION jobservice.read_double(given text) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT CASE WHEN magnitude > 308 THEN sign * 'Infinity'::double precision ELSE (CASE WHEN sign = 0 OR magnitude NOT BETWEEN -300 AND 308 THEN '0' ELSE given END)::double precision END
    FROM jobservice.read_number(given));
END $$;

-- A duration in ticks: a number of seconds, 1h30m or PT30S; null where it is none, or longer than 36,500 days.
CREATE FUNCTION jobservice.read_duration(given json) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    longest constant bigint := 3153600000;
    written text := given #>> '{}';
    part text[];
    seconds double precision;
    ticks numeric := 0;
    units constant text[] := '{d,h,m,s,ms,us}';
    lengths constant bigint[] := '{864000000000,36000000000,600000000,10000000,10000,10}';
    unit int := 0;
BEGIN
    IF json_typeof(given) = 'number' THEN
        seconds := jobservice.read_double(written);
        RETURN CASE WHEN seconds >= 0 AND seconds <= longest THEN trunc(seconds * 10000000)::bigint END;
    ELSIF jobservice.utf16_length(written) NOT BETWEEN 1 AND 64 THEN
        RETURN NULL;
    ELSIF starts_with(written, 'P') THEN
        part := regexp_match(written, '^P([0-9]+)W$');
        IF part[1]::numeric <= 2147483647 THEN
            RETURN CASE WHEN part[1]::bigint * 7 <= 36500 THEN part[1]::bigint * 7 * 864000000000 END;
        END IF;

        part := regexp_match(regexp_replace(written, '[\u0009-\u000D \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+$', ''),
            '^P(?:([0-9]+)D)?(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]*)\.([0-9]*)S|([0-9]+)S)?)?$');
        IF part IS NULL OR num_nonnulls(VARIADIC part) = 0 OR greatest(part[1]::numeric, part[2]::numeric, part[3]::numeric, nullif(part[4], '')::numeric, part[6]::numeric) > 2147483647 THEN
            RETURN NULL;
        END IF;

        ticks := (((coalesce(part[1]::numeric, 0) * 24 + coalesce(part[2]::numeric, 0)) * 60 + coalesce(part[3]::numeric, 0)) * 60
            + coalesce(nullif(part[4], ''), part[6], '0')::numeric) * 10000000 + left(rpad(coalesce(part[5], ''), 7, '0'), 7)::int;
        RETURN CASE WHEN ticks <= longest * 10000000 THEN ticks::bigint END;
    END IF;

    -- The units come in falling order, each at most once.
    WHILE written <> '' LOOP
        part := regexp_match(written, '^([0-9]+\.?[0-9]*|\.[0-9]+)([^0-9.]+)(.*)$');
        IF part IS NULL OR coalesce(array_position(units, part[2]), 0) <= unit THEN
            RETURN NULL;
        END IF;

        unit := array_position(units, part[2]);
        IF part[1]::double precision * (lengths[unit]::double precision / 10000000) + ticks::double precision / 10000000 > longest THEN
            RETURN NULL;
        END IF;

        ticks := ticks + round(lengths[unit]::double precision * part[1]::double precision)::bigint;
        written := part[3];
    END LOOP;
    RETURN ticks::bigint;
END $$;

-- A time as RFC 3339 writes it: in ticks since 1970, and as it is stored; or what is wrong with it.
CREATE FUNCTION jobservice.read_time(given text, OUT ticks bigint, OUT instant timestamptz, OUT fault text)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    part text[] := regexp_match(given, '^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$');
    since_2000 bigint;
BEGIN
    fault := 'Expected a time as RFC 3339 writes it, with an offset, such as 2026-12-01T08:00:00+01:00.';
    IF part IS NULL OR part[1] = '0000' OR part[2] NOT BETWEEN '01' AND '12' OR part[3] = '00' OR part[4] > '23' OR part[5] > '59' OR part[6] > '59' OR part[9] > '23' OR part[10] > '59' THEN
        RETURN;
    ELSIF part[3]::int > extract(day FROM make_date(part[1]::int, part[2]::int, 1) + interval '1 month' - interval '1 day') THEN
        RETURN;
    END IF;

    ticks := (make_date(part[1]::int, part[2]::int, part[3]::int) - date '1970-01-01') * 864000000000 + ((part[4]::bigint * 60 + part[5]::int) * 60 + part[6]::int) * 10000000
        + left(rpad(coalesce(part[7], ''), 7, '0'), 7)::int
        - CASE part[8] WHEN '-' THEN -1 ELSE 1 END * coalesce(part[9]::bigint * 60 + part[10]::int, 0) * 600000000;
    IF ticks < 0 OR ticks >= (date '9001-01-01' - date '1970-01-01') * 864000000000 THEN
        -- Beyond the calendar it is no time at all.
        IF ticks >= (date '0001-01-01' - date '1970-01-01') * 864000000000 AND ticks < (date '9999-12-31' - date '1970-01-01' + 1) * 864000000000 THEN
            fault := 'Expected a time from 1970 to 9000.';
        END IF;
        ticks := NULL;
        RETURN;
    END IF;

    fault := NULL;
    since_2000 := (ticks - 9466848000000000) / 10;
    instant := (timestamp '2000-01-01' + make_interval(days => (since_2000 / 86400000000)::int, secs => (since_2000 % 86400000000) / 1000000.0)) AT TIME ZONE 'UTC';
END $$;

-- Ticks as policies are stored with them: .NET's constant format.
CREATE FUNCTION jobservice.timespan(ticks bigint) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN ticks >= 864000000000 THEN ticks / 864000000000 || '.' ELSE '' END
        || lpad((ticks / 36000000000 % 24)::text, 2, '0') || ':' || lpad((ticks / 600000000 % 60)::text, 2, '0') || ':' || lpad((ticks / 10000000 % 60)::text, 2, '0')
        || CASE WHEN ticks % 10000000 > 0 THEN '.' || lpad((ticks % 10000000)::text, 7, '0') ELSE '' END;
END $$;

CREATE FUNCTION jobservice.read_timespan(given text) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT ((coalesce(part[1]::bigint, 0) * 24 + part[2]::bigint) * 60 + part[3]::bigint) * 600000000 + part[4]::bigint * 10000000 + coalesce(part[5]::bigint, 0)
    FROM regexp_match(given, '^(?:([0-9]+)\.)?([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{7}))?$') AS part);
END $$;

-- A string as System.Text.Json writes it by default.
CREATE FUNCTION jobservice.write_string(given text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN '"' || CASE WHEN given COLLATE "C" ~ '^[ !#-%(-*,-;=?-\[\]-_a-~]*$' THEN given ELSE (
        SELECT string_agg(CASE
            WHEN c COLLATE "C" ~ '^[ !#-%(-*,-;=?-\[\]-_a-~]$' THEN c
            WHEN c = '\' THEN '\\'
            WHEN ascii(c) IN (8, 9, 10, 12, 13) THEN '\' || substr('btn.fr', ascii(c) - 7, 1)
            WHEN ascii(c) < 65536 THEN '\u' || lpad(upper(to_hex(ascii(c))), 4, '0')
            ELSE '\u' || upper(to_hex(55296 + ((ascii(c) - 65536) >> 10))) || '\u' || upper(to_hex(56320 + ((ascii(c) - 65536) & 1023)))
        END, '' ORDER BY n)
        FROM regexp_split_to_table(given, '') WITH ORDINALITY AS s(c, n)) END || '"';
END $$;

-- One form for each value, however it was written. That of keys is hashed, and the same as the service's to the byte: exponents of more than nine characters are left as they are there.
CREATE FUNCTION jobservice.canonical_json(given json, is_for_key boolean) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    written text := given::text;
    number record;
BEGIN
    CASE json_typeof(given)
        WHEN 'object' THEN
            RETURN (SELECT '{' || coalesce(string_agg(jobservice.write_string(m.key) || ':' || jobservice.canonical_json(m.value, is_for_key), ',' ORDER BY jobservice.code_units(m.key) COLLATE "C"), '') || '}'
                    FROM json_each(given) AS m);
        WHEN 'array' THEN
            RETURN (SELECT '[' || coalesce(string_agg(jobservice.canonical_json(m.value, is_for_key), ',' ORDER BY m.n), '') || ']'
                    FROM json_array_elements(given) WITH ORDINALITY AS m(value, n));
        WHEN 'string' THEN
            RETURN jobservice.write_string(given #>> '{}');
        WHEN 'number' THEN
            IF is_for_key AND length(substring(written FROM '[eE](.*)$')) > 9 THEN
                RETURN lower(written);
            END IF;
            SELECT * INTO number FROM jobservice.read_number(btrim(written, E' \t\n\r'));
            RETURN CASE WHEN number.sign = 0 THEN '0'
                        ELSE CASE WHEN number.sign < 0 THEN '-' ELSE '' END || number.digits || 'e' || number.magnitude - length(number.digits) END;
        ELSE
            RETURN btrim(written, E' \t\n\r');
    END CASE;
END $$;

-- What a key is stored as: the first 16 bytes of a SHA-256 over what it is a key of and its parts, each after its length.
CREATE FUNCTION jobservice.hash_key(kind text, parts text[]) RETURNS uuid
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT encode(substr(sha256(string_agg(int4send(octet_length(p)) || convert_to(p, 'UTF8'), ''::bytea ORDER BY n)), 1, 16), 'hex')::uuid
    FROM unnest(kind || parts) WITH ORDINALITY AS t(p, n));
END $$;

-- The first string or name of a value that has a marker in it.
CREATE FUNCTION jobservice.find_marker(given json, marker text, path text[]) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    name text;
    value json;
BEGIN
    IF json_typeof(given) NOT IN ('object', 'array') THEN
        RETURN path;
    END IF;

    FOR name, value IN
        SELECT m.key, m.value FROM json_each(CASE json_typeof(given) WHEN 'object' THEN given END) AS m
        UNION ALL SELECT (m.n - 1)::text, m.value FROM json_array_elements(CASE json_typeof(given) WHEN 'array' THEN given END) WITH ORDINALITY AS m(value, n)
    LOOP
        IF strpos(name, marker) > 0 THEN
            RETURN path || name;
        ELSIF strpos(value::text, marker) > 0 THEN
            RETURN jobservice.find_marker(value, marker, path || name);
        END IF;
    END LOOP;
    RETURN path;
END $$;

-- The first member that its object has twice, or what nests too deep, value by value.
CREATE FUNCTION jobservice.walk_json(given json, at text, path text[], max_depth int, OUT pointer text, OUT detail text)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    name text;
    value json;
    is_again boolean;
BEGIN
    IF max_depth = 0 THEN
        pointer := jobservice.pointer_to(at, path);
        detail := 'Arrays and objects nest deeper than 64 here.';
        RETURN;
    END IF;

    FOR name, value, is_again IN
        SELECT m.key, m.value, m.n > m.first FROM (
            SELECT e.key, e.value, e.n, min(e.n) OVER (PARTITION BY e.key COLLATE "C") AS first
            FROM json_each(CASE json_typeof(given) WHEN 'object' THEN given END) WITH ORDINALITY AS e(key, value, n)) m ORDER BY m.n
    LOOP
        IF is_again THEN
            pointer := jobservice.pointer_to(at, path || name);
            detail := 'The object has this member twice; which one is meant can''t be told.';
            RETURN;
        ELSIF json_typeof(value) IN ('object', 'array') THEN
            SELECT w.pointer, w.detail INTO pointer, detail FROM jobservice.walk_json(value, at, path || name, max_depth - 1) AS w;
            EXIT WHEN pointer IS NOT NULL;
        END IF;
    END LOOP;

    FOR name, value IN
        SELECT (e.n - 1)::text, e.value FROM json_array_elements(CASE json_typeof(given) WHEN 'array' THEN given END) WITH ORDINALITY AS e(value, n)
        WHERE json_typeof(e.value) IN ('object', 'array') ORDER BY e.n
    LOOP
        SELECT w.pointer, w.detail INTO pointer, detail FROM jobservice.walk_json(value, at, path || name, max_depth - 1) AS w;
        EXIT WHEN pointer IS NOT NULL;
    END LOOP;
END $$;

-- What JSON can write and a job can't hold: a NUL, half a surrogate pair, a member twice, nesting beyond 64. Null of what is all right, after a few searches of its text.
CREATE FUNCTION jobservice.find_json_fault(given json, at text, max_depth int, OUT pointer text, OUT detail text)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    stand_in constant text := chr(1114110);
    marker constant text := chr(1114111);
    lone constant text := '\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}';
    written text := given::text;
    bare text;
    nul_at int;
    lone_at int;
    path text[];
BEGIN
    IF strpos(written, '\u') > 0 THEN
        -- No backslash of a pair can begin an escape.
        bare := replace(translate(written, stand_in || marker, '??'), '\\', stand_in || stand_in);
        nul_at := nullif(strpos(bare, '\u0000'), 0);
        lone_at := nullif(regexp_instr(bare, lone), 0);
        IF num_nonnulls(nul_at, lone_at) > 0 THEN
            path := jobservice.find_marker(regexp_replace(replace(bare, '\u0000', marker || '\\u0000'), lone, marker || '\\\&', 'g')::json, marker, '{}');
            pointer := jobservice.pointer_to(at, ARRAY(SELECT replace(replace(p, marker, ''), stand_in || stand_in, '\') FROM unnest(path) AS p));
            detail := CASE WHEN lone_at > nul_at OR lone_at IS NULL THEN 'The NUL character can''t be stored; leave it out.'
                           ELSE 'A surrogate stands alone here; write both halves of the character, or the character itself.' END;
            RETURN;
        END IF;
    END IF;

    IF json_typeof(given) NOT IN ('object', 'array') THEN
        RETURN;
    END IF;

    -- Without strings, what is left of a member is its colon. As jsonb an object has each member once, and as many colons as it has members.
    bare := regexp_replace(written, '"(?:[^"\\]|\\.)*"', '', 'g');
    path := ARRAY[regexp_replace(bare, '[^][{}]+', '', 'g')];
    IF length(path[1]) > 128 THEN
        FOR level IN 1 .. max_depth LOOP
            path[1] := regexp_replace(path[1], '\[\]|\{\}', '', 'g');
            EXIT WHEN path[1] = '';
        END LOOP;
    ELSE
        path[1] := '';
    END IF;

    IF path[1] <> '' OR bare ~ '[eE][+-]?[0-9]{4}|[0-9]{250}'
        OR (length(bare) - length(replace(bare, ':', '')) > 1
            AND length(replace(bare, ':', '')) + length(regexp_replace(regexp_replace(written::jsonb::text, '"(?:[^"\\]|\\.)*"', '', 'g'), '[^:]+', '', 'g')) <> length(bare)) THEN
        SELECT w.pointer, w.detail INTO pointer, detail FROM jobservice.walk_json(given, at, '{}', max_depth) AS w;
    END IF;
END $$;
