-- The schemas of job types, enforced in SQL as the service enforces them: the same keywords, the same words, the same number of steps. A schema was read by the service before it was stored.

-- A regular expression of .NET, as the service takes them, as one of PostgreSQL's over code units. What can't be told exactly is left null; is_for_ascii says that it holds for such texts only.
CREATE FUNCTION jobservice.translate_pattern(given text, OUT pattern text, OUT is_for_ascii boolean)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    digits constant text := '0-9\u0660-\u0669\u06F0-\u06F9\u07C0-\u07C9\u0966-\u096F\u09E6-\u09EF\u0A66-\u0A6F\u0AE6-\u0AEF\u0B66-\u0B6F\u0BE6-\u0BEF\u0C66-\u0C6F\u0CE6-\u0CEF\u0D66-\u0D6F\u0DE6-\u0DEF\u0E50-\u0E59\u0ED0-\u0ED9\u0F20-\u0F29\u1040-\u1049\u1090-\u1099\u17E0-\u17E9\u1810-\u1819\u1946-\u194F\u19D0-\u19D9\u1A80-\u1A89\u1A90-\u1A99\u1B50-\u1B59\u1BB0-\u1BB9\u1C40-\u1C49\u1C50-\u1C59\uA620-\uA629\uA8D0-\uA8D9\uA900-\uA909\uA9D0-\uA9D9\uA9F0-\uA9F9\uAA50-\uAA59\uABF0-\uABF9\U00101F10-\U00101F19';
    spaces constant text := '\u0009-\u000D \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000';
    words constant text := 'A-Za-z0-9_';
    source text := jobservice.code_units(given);
    rest text;
    part text[];
    atom text;
    class text;
    has_words text;
    item text;
    is_atom boolean := false;
BEGIN
    pattern := '';
    is_for_ascii := false;
    WHILE source <> '' LOOP
        -- A quantifier stands behind what it repeats; how eager it is makes no match another. PostgreSQL counts to 255.
        part := regexp_match(source, '^([*+?]|\{([0-9]+)(?:,([0-9]*))?\})\??(.*)$');
        IF part IS NOT NULL THEN
            IF NOT is_atom OR greatest(length(part[2]), length(part[3])) > 3 OR greatest(part[2]::int, nullif(part[3], '')::int) > 255 THEN
                pattern := NULL;
                RETURN;
            END IF;
            pattern := pattern || part[1];
            source := part[4];
            is_atom := false;
            CONTINUE;
        END IF;

        is_atom := true;
        CASE left(source, 1)
            WHEN '\' THEN
                part := regexp_match(source, '^\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([pP]\{[A-Za-z]+\}|[^ux]))(.*)$');
                IF part IS NULL OR coalesce(part[1], '') ~ '^[dD][89a-fA-F]' THEN
                    pattern := NULL;
                    RETURN;
                END IF;
                rest := part[4];
                IF part[3] IS NULL THEN
                    atom := chr(('x' || lpad(coalesce(part[1], part[2]), 8, '0'))::bit(32)::int);
                    IF ascii(atom) = 0 THEN
                        pattern := NULL;
                        RETURN;
                    END IF;
                    atom := jobservice.code_units(atom);
                    atom := CASE WHEN atom ~ '^[A-Za-z0-9]$' OR ascii(atom) > 127 THEN atom ELSE '\' || atom END;
                ELSE
                    is_for_ascii := is_for_ascii OR part[3] ~ '^[wWpPbB]';
                    is_atom := part[3] !~ '^[AzZbB]$';
                    atom := CASE part[3]
                        WHEN 'd' THEN '[' || digits || ']' WHEN 'D' THEN '[^' || digits || ']'
                        WHEN 's' THEN '[' || spaces || ']' WHEN 'S' THEN '[^' || spaces || ']'
                        WHEN 'w' THEN '[' || words || ']' WHEN 'W' THEN '[^' || words || ']'
                        WHEN 'p{L}' THEN '[A-Za-z]' WHEN 'P{L}' THEN '[^A-Za-z]' WHEN 'p{Lu}' THEN '[A-Z]' WHEN 'P{Lu}' THEN '[^A-Z]' WHEN 'p{Ll}' THEN '[a-z]' WHEN 'P{Ll}' THEN '[^a-z]'
                        WHEN 'p{N}' THEN '[0-9]' WHEN 'P{N}' THEN '[^0-9]' WHEN 'p{Nd}' THEN '[0-9]' WHEN 'P{Nd}' THEN '[^0-9]'
                        WHEN 'A' THEN '^' WHEN 'z' THEN '$' WHEN 'Z' THEN '(?=\n?$)' WHEN 'b' THEN '\y' WHEN 'B' THEN '\Y'
                        WHEN 't' THEN '\t' WHEN 'n' THEN '\n' WHEN 'r' THEN '\r' WHEN 'f' THEN '\f' WHEN 'v' THEN '\v' WHEN 'a' THEN '\a' WHEN 'e' THEN '\e'
                        ELSE CASE WHEN part[3] ~ '^[!-/:-@\[-`{-~ ]$' THEN '\' || part[3] END
                    END;
                END IF;
            WHEN '^' THEN
                atom := '^';
                is_atom := false;
                rest := substr(source, 2);
            WHEN '$' THEN
                atom := '(?=\n?$)';
                is_atom := false;
                rest := substr(source, 2);
            WHEN '.' THEN
                atom := '[^\n]';
                rest := substr(source, 2);
            WHEN '(' THEN
                part := regexp_match(source, '^\((\?:|\?<[A-Za-z_][A-Za-z0-9_]*>|\?''[A-Za-z_][A-Za-z0-9_]*''|(?!\?))(.*)$');
                atom := CASE WHEN part IS NOT NULL THEN '(?:' END;
                is_atom := false;
                rest := part[2];
            WHEN ')' THEN
                atom := ')';
                rest := substr(source, 2);
            WHEN '|' THEN
                atom := '|';
                is_atom := false;
                rest := substr(source, 2);
            WHEN '[' THEN
                -- The first of its items may be a bracket. Of what is in it and its complement, all is in it.
                part := regexp_match(source, '^\[(\^?)(.*)$');
                class := '[' || part[1];
                rest := part[2];
                has_words := '';
                LOOP
                    part := CASE WHEN class IN ('[', '[^')
                        THEN regexp_match(rest, '^(\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[dDsSwWtnrfvae!-/:-@\[-`{-~ ])|[^\\])(?:(-)(\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[tnrfvae!-/:-@\[-`{-~ ])|[^]\\[]))?(.*)$')
                        ELSE regexp_match(rest, '^(\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[dDsSwWtnrfvae!-/:-@\[-`{-~ ])|[^]\\])(?:(-)(\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[tnrfvae!-/:-@\[-`{-~ ])|[^]\\[]))?(.*)$')
                    END;
                    EXIT WHEN part IS NULL;
                    -- [a-z-[m]] takes some away.
                    IF part[1] = '-' AND left(part[4], 1) = '[' AND part[2] IS NULL OR left(part[4], 2) = '-[' OR part[1] ~ '^\\[dDsSwW]$' AND part[2] IS NOT NULL
                        OR part[1] || coalesce(part[3], '') ~ '\\u[dD][89a-fA-F]|\\(u00|x)00' THEN
                        pattern := NULL;
                        RETURN;
                    END IF;
                    is_for_ascii := is_for_ascii OR part[1] ~ '^\\[wW]$';
                    IF part[1] ~ '^\\[dDsSwW]$' THEN
                        has_words := has_words || substr(part[1], 2, 1);
                        class := class || CASE part[1] WHEN '\d' THEN digits WHEN '\s' THEN spaces WHEN '\w' THEN words ELSE '' END;
                    ELSE
                        FOREACH item IN ARRAY array_remove(ARRAY[part[1], part[3]], NULL) LOOP
                            item := CASE
                                WHEN item ~ '^\\[ux]' THEN jobservice.code_units(chr(('x' || lpad(substr(item, 3), 8, '0'))::bit(32)::int))
                                WHEN item = '\e' THEN chr(27)
                                WHEN item ~ '^\\[tnrfva]$' THEN chr(strpos('a-tnvfr', substr(item, 2)) + 6)
                                WHEN item LIKE '\\%' THEN substr(item, 2)
                                ELSE item
                            END;
                            class := class || CASE WHEN item ~ '^[A-Za-z0-9]$' OR ascii(item) > 127 THEN item WHEN ascii(item) < 32 THEN '\u' || lpad(to_hex(ascii(item)), 4, '0') ELSE '\' || item END;
                            IF part[2] IS NOT NULL THEN
                                class := class || '-';
                                part[2] := NULL;
                            END IF;
                        END LOOP;
                    END IF;
                    rest := part[4];
                    EXIT WHEN left(rest, 1) = ']';
                END LOOP;
                IF left(rest, 1) <> ']' OR part IS NULL THEN
                    pattern := NULL;
                    RETURN;
                END IF;
                rest := substr(rest, 2);
                atom := CASE
                    WHEN has_words !~ '[DSW]' THEN class || ']'
                    WHEN strpos(has_words, 'd') > 0 AND strpos(has_words, 'D') > 0 OR strpos(has_words, 's') > 0 AND strpos(has_words, 'S') > 0
                        OR strpos(has_words, 'w') > 0 AND strpos(has_words, 'W') > 0 THEN CASE WHEN left(class, 2) = '[^' THEN '(?!)' ELSE '(?:.|\n)' END
                END;
            ELSE
                atom := CASE WHEN left(source, 1) ~ '^[A-Za-z0-9]$' OR ascii(source) > 127 THEN left(source, 1) WHEN ascii(source) < 32 THEN '\u' || lpad(to_hex(ascii(source)), 4, '0') ELSE '\' || left(source, 1) END;
                rest := substr(source, 2);
        END CASE;
        pattern := pattern || atom;
        IF pattern IS NULL THEN
            RETURN;
        END IF;
        source := rest;
    END LOOP;
END $$;

CREATE FUNCTION jobservice.matches_pattern(given text, pattern text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    translated record;
BEGIN
    SELECT * INTO translated FROM jobservice.translate_pattern(pattern);
    IF translated.pattern IS NULL OR translated.is_for_ascii AND octet_length(given) > char_length(given) THEN
        RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = format('The schema of this job type has a pattern that can''t be told of this payload in SQL: %s.', pattern),
            HINT = 'Enqueue the job over the API, or give the schema a simpler pattern.';
    END IF;
    RETURN jobservice.code_units(given) COLLATE "C" ~ translated.pattern;
END $$;

CREATE FUNCTION jobservice.too_many_steps(at text) RETURNS json
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN jobservice.fault(at, 'To check it against the schema of its type takes too many steps. Make the payload smaller, or the schema simpler.');
END $$;

-- A part of a schema as a sentence repeats it.
CREATE FUNCTION jobservice.shorten(given text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN char_length(given) > 100 THEN left(given, 100) || '…' ELSE given END;
END $$;

-- A fragment of a URL without its percent signs.
CREATE FUNCTION jobservice.unescape_url(given text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN strpos(given, '%') = 0 THEN given ELSE (
        SELECT convert_from(string_agg(CASE WHEN m[1] ~ '^%[0-9a-fA-F]{2}$' THEN decode(substr(m[1], 2), 'hex') ELSE convert_to(m[1], 'UTF8') END, ''::bytea ORDER BY n), 'UTF8')
        FROM regexp_matches(given, '%[0-9a-fA-F]{2}|.', 'g') WITH ORDINALITY AS t(m, n)) END;
END $$;

-- The member of an object by a name in any case; of several the last. Names beyond ASCII have more cases than PostgreSQL knows of without a locale.
CREATE FUNCTION jobservice.find_ignoring_case(given json, name text) RETURNS json
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    found json;
    key text;
    value json;
BEGIN
    FOR key, value IN SELECT m.key, m.value FROM json_each(given) AS m LOOP
        IF upper(key COLLATE "C") = upper(name COLLATE "C") THEN
            found := value;
        ELSIF octet_length(key) > char_length(key) AND octet_length(name) > char_length(name) THEN
            RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = format('The schema of this job type has a name in any case that can''t be told of this payload in SQL: %s.', key),
                HINT = 'Enqueue the job over the API.';
        END IF;
    END LOOP;
    RETURN found;
END $$;

-- What one schema says of one value. Where nobody is told, one fault is enough. steps_left falls with each value that a schema looks at, and with each 16 bytes of a text.
CREATE FUNCTION jobservice.check_value(
    root json, node json, given json, at text, path text[], is_silent boolean, INOUT steps_left int, INOUT faults json[], OUT is_right boolean)
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    kind text := json_typeof(given);
    keyword text;
    operand json;
    name text;
    names text[];
    item json;
    part json;
    place int;
    passing int;
    is_known boolean;
    is_met boolean;
    ignores_case boolean;
    members int;
    detail text;
    cost int;
BEGIN
    is_right := true;
    cost := 1;
    <<keywords>>
    FOR keyword, operand IN
        SELECT '', 'null'::json
        UNION ALL SELECT k.key, k.value FROM json_each(CASE json_typeof(node) WHEN 'object' THEN node END) AS k
        UNION ALL SELECT 'false', 'null'::json WHERE node::text ~ '^\s*false\s*$'
    LOOP
        detail := NULL;
        CASE keyword
            WHEN '' THEN
                cost := 1;
            WHEN 'false' THEN
                detail := 'Nothing may stand here.';
            WHEN 'type' THEN
                names := CASE json_typeof(operand) WHEN 'array' THEN ARRAY(SELECT t FROM json_array_elements_text(operand) WITH ORDINALITY AS e(t, n) GROUP BY t ORDER BY min(n)) ELSE ARRAY[operand #>> '{}'] END;
                IF NOT (kind = ANY (names) OR kind = 'number' AND 'integer' = ANY (names)
                        AND (SELECT n.sign = 0 OR n.magnitude >= length(n.digits) FROM jobservice.read_number(btrim(given::text, E' \t\n\r')) AS n)) THEN
                    detail := 'Expected ' || (SELECT string_agg(CASE n WHEN 'null' THEN 'null' WHEN 'boolean' THEN 'true or false' WHEN 'integer' THEN 'a whole number' WHEN 'object' THEN 'an object'
                        WHEN 'array' THEN 'an array' ELSE 'a ' || n END, ' or ' ORDER BY o) FROM unnest(names) WITH ORDINALITY AS u(n, o)) || '.';
                END IF;
            WHEN 'enum', 'const' THEN
                cost := 1 + octet_length(given::text) / 16;
                IF NOT EXISTS (SELECT FROM json_array_elements(CASE keyword WHEN 'enum' THEN operand ELSE json_build_array(operand) END) AS e(value)
                               WHERE json_typeof(e.value) = kind AND jobservice.canonical_json(e.value, false) = jobservice.canonical_json(given, false)) THEN
                    detail := jobservice.shorten(operand::text);
                    detail := CASE keyword WHEN 'enum' THEN 'Expected one of ' || substr(detail, 2, char_length(detail) - 2) || '.' ELSE 'Expected ' || detail || '.' END;
                END IF;
            WHEN 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum' THEN
                IF kind = 'number' THEN
                    passing := jobservice.compare_numbers(given::text, operand::text);
                    detail := CASE
                        WHEN keyword = 'minimum' AND passing < 0 THEN 'at least' WHEN keyword = 'maximum' AND passing > 0 THEN 'at most'
                        WHEN keyword = 'exclusiveMinimum' AND passing <= 0 THEN 'more than' WHEN keyword = 'exclusiveMaximum' AND passing >= 0 THEN 'less than'
                    END;
                    detail := 'Expected ' || detail || ' ' || jobservice.shorten(operand::text) || '.';
                END IF;
            WHEN 'multipleOf' THEN
                IF kind = 'number' AND NOT jobservice.is_multiple(given::text, operand::text) THEN
                    detail := 'Expected a multiple of ' || jobservice.shorten(operand::text) || '.';
                END IF;
            WHEN 'minLength', 'maxLength' THEN
                IF kind = 'string' AND (CASE keyword WHEN 'minLength' THEN char_length(given #>> '{}') < operand::text::int ELSE char_length(given #>> '{}') > operand::text::int END) THEN
                    detail := format('Expected %s %s characters.', CASE keyword WHEN 'minLength' THEN 'at least' ELSE 'at most' END, operand::text::int);
                END IF;
            WHEN 'pattern' THEN
                IF kind = 'string' THEN
                    cost := 1 + jobservice.utf16_length(given #>> '{}') / 16;
                    IF NOT jobservice.matches_pattern(given #>> '{}', operand #>> '{}') THEN
                        detail := 'Expected a string that matches ' || (operand #>> '{}') || '.';
                    END IF;
                END IF;
            WHEN 'properties', 'patternProperties', 'additionalProperties' THEN
                -- One look for the three: each of them says which members the next one means.
                IF kind = 'object' AND keyword = (SELECT k.key FROM json_each(node) WITH ORDINALITY AS k(key, value, n)
                                                  WHERE k.key IN ('properties', 'patternProperties', 'additionalProperties') ORDER BY k.n LIMIT 1) THEN
                    ignores_case := coalesce(node ->> 'x-ignoreCase' = 'true' AND json_typeof(node -> 'x-ignoreCase') = 'boolean', false);
                    FOR name, item IN SELECT m.key, m.value FROM json_each(given) AS m LOOP
                        IF steps_left >= 0 THEN
                            steps_left := steps_left - 1;
                            IF steps_left < 0 THEN
                                faults := faults || jobservice.too_many_steps(at);
                            END IF;
                        END IF;
                        IF steps_left < 0 OR is_silent AND NOT is_right THEN
                            is_right := false;
                            EXIT;
                        END IF;

                        part := CASE WHEN ignores_case THEN jobservice.find_ignoring_case(node -> 'properties', name) ELSE node -> 'properties' -> name END;
                        is_known := part IS NOT NULL;
                        IF is_known THEN
                            SELECT c.steps_left, c.faults, c.is_right AND check_value.is_right INTO steps_left, faults, is_right
                            FROM jobservice.check_value(root, part, item, at, path || name, is_silent, steps_left, faults) AS c;
                        END IF;
                        FOR keyword, part IN SELECT p.key, p.value FROM json_each(node -> 'patternProperties') AS p LOOP
                            IF jobservice.matches_pattern(name, keyword) THEN
                                is_known := true;
                                SELECT c.steps_left, c.faults, c.is_right AND check_value.is_right INTO steps_left, faults, is_right
                                FROM jobservice.check_value(root, part, item, at, path || name, is_silent, steps_left, faults) AS c;
                            END IF;
                        END LOOP;
                        IF NOT is_known AND json_typeof(node -> 'additionalProperties') = 'boolean' AND node ->> 'additionalProperties' = 'false' THEN
                            is_right := false;
                            IF NOT is_silent AND cardinality(faults) < 20 THEN
                                faults := faults || jobservice.fault(jobservice.pointer_to(at, path || name), 'There is no such member here.');
                            END IF;
                        ELSIF NOT is_known AND node -> 'additionalProperties' IS NOT NULL THEN
                            SELECT c.steps_left, c.faults, c.is_right AND check_value.is_right INTO steps_left, faults, is_right
                            FROM jobservice.check_value(root, node -> 'additionalProperties', item, at, path || name, is_silent, steps_left, faults) AS c;
                        END IF;
                    END LOOP;
                    is_right := is_right AND steps_left >= 0;
                END IF;
            WHEN 'required', 'dependentRequired' THEN
                FOR part, ignores_case IN
                    SELECT operand, coalesce(node ->> 'x-ignoreCase' = 'true' AND json_typeof(node -> 'x-ignoreCase') = 'boolean', false) WHERE keyword = 'required' AND kind = 'object'
                    UNION ALL SELECT d.value, false FROM json_each(CASE WHEN keyword = 'dependentRequired' AND kind = 'object' THEN operand END) AS d WHERE given -> d.key IS NOT NULL
                LOOP
                    cost := json_array_length(part) + (SELECT count(*) FROM json_each(given));
                    FOR name IN
                        SELECT r.name FROM json_array_elements_text(part) WITH ORDINALITY AS r(name, n)
                        WHERE CASE WHEN ignores_case THEN jobservice.find_ignoring_case(given, r.name) IS NULL ELSE given -> r.name IS NULL END ORDER BY r.n
                    LOOP
                        is_right := false;
                        IF NOT is_silent AND cardinality(faults) < 20 THEN
                            faults := faults || jobservice.fault(jobservice.pointer_to(at, path || name), 'This member is required.');
                        END IF;
                    END LOOP;
                END LOOP;
            WHEN 'minProperties', 'maxProperties' THEN
                IF kind = 'object' THEN
                    members := (SELECT count(*) FROM json_each(given));
                    detail := CASE WHEN keyword = 'minProperties' AND members < operand::text::int THEN 'at least' WHEN keyword = 'maxProperties' AND members > operand::text::int THEN 'at most' END;
                    IF detail IS NOT NULL THEN
                        detail := format('Expected %s %s members.', detail, operand::text::int);
                    END IF;
                END IF;
            WHEN 'propertyNames' THEN
                FOR name IN SELECT m.key FROM json_each(CASE kind WHEN 'object' THEN given END) AS m LOOP
                    SELECT c.steps_left, c.faults, c.is_right AND check_value.is_right INTO steps_left, faults, is_right
                    FROM jobservice.check_value(root, operand, to_json(name), at, path || name, is_silent, steps_left, faults) AS c;
                END LOOP;
            WHEN 'prefixItems', 'items' THEN
                members := CASE WHEN keyword = 'items' AND json_typeof(node -> 'prefixItems') = 'array' THEN json_array_length(node -> 'prefixItems') ELSE 0 END;
                FOR item, place IN SELECT e.value, e.n - 1 FROM json_array_elements(CASE kind WHEN 'array' THEN given END) WITH ORDINALITY AS e(value, n) LOOP
                    IF steps_left < 0 OR is_silent AND NOT is_right THEN
                        is_right := false;
                        EXIT;
                    END IF;
                    part := CASE WHEN keyword = 'prefixItems' THEN operand -> place WHEN place >= members THEN operand END;
                    IF part IS NOT NULL THEN
                        SELECT c.steps_left, c.faults, c.is_right AND check_value.is_right INTO steps_left, faults, is_right
                        FROM jobservice.check_value(root, part, item, at, path || place::text, is_silent, steps_left, faults) AS c;
                    END IF;
                END LOOP;
            WHEN 'contains' THEN
                IF kind = 'array' THEN
                    passing := 0;
                    FOR item IN SELECT e.value FROM json_array_elements(given) AS e(value) LOOP
                        SELECT c.steps_left, c.faults, passing + c.is_right::int INTO steps_left, faults, passing FROM jobservice.check_value(root, operand, item, at, path, true, steps_left, faults) AS c;
                    END LOOP;
                    IF steps_left < 0 THEN
                        is_right := false;
                    ELSIF passing < coalesce((node ->> 'minContains')::int, 1) OR passing > coalesce((node ->> 'maxContains')::int, 2147483647) THEN
                        detail := format('%s of the items are as one of them must be (contains); expected %s at least%s.', passing, coalesce((node ->> 'minContains')::int, 1),
                            CASE WHEN (node ->> 'maxContains')::int < 2147483647 THEN format(' and %s at most', (node ->> 'maxContains')::int) ELSE '' END);
                    END IF;
                END IF;
            WHEN 'minItems', 'maxItems' THEN
                IF kind = 'array' AND (CASE keyword WHEN 'minItems' THEN json_array_length(given) < operand::text::int ELSE json_array_length(given) > operand::text::int END) THEN
                    detail := format('Expected %s %s items.', CASE keyword WHEN 'minItems' THEN 'at least' ELSE 'at most' END, operand::text::int);
                END IF;
            WHEN 'uniqueItems' THEN
                IF kind = 'array' AND operand::text = 'true' THEN
                    cost := 1 + octet_length(given::text) / 16;
                    IF json_array_length(given) > (SELECT count(DISTINCT jobservice.canonical_json(e.value, false) COLLATE "C") FROM json_array_elements(given) AS e(value)) THEN
                        detail := 'Expected items that are unlike each other; one stands here twice.';
                    END IF;
                END IF;
            WHEN '$ref' THEN
                part := jobservice.find_value(root, jobservice.unescape_url(substr(operand #>> '{}', 2)));
                SELECT c.steps_left, c.faults, c.is_right AND check_value.is_right INTO steps_left, faults, is_right
                FROM jobservice.check_value(root, part, given, at, path, is_silent, steps_left, faults) AS c;
            WHEN 'allOf' THEN
                FOR part IN SELECT e.value FROM json_array_elements(operand) AS e(value) LOOP
                    SELECT c.steps_left, c.faults, c.is_right AND check_value.is_right INTO steps_left, faults, is_right
                    FROM jobservice.check_value(root, part, given, at, path, is_silent, steps_left, faults) AS c;
                    EXIT WHEN NOT is_right AND (is_silent OR steps_left < 0);
                END LOOP;
            WHEN 'anyOf', 'oneOf', 'not' THEN
                passing := 0;
                FOR part IN SELECT e.value FROM json_array_elements(CASE keyword WHEN 'not' THEN json_build_array(operand) ELSE operand END) AS e(value) LOOP
                    SELECT c.steps_left, c.faults, passing + c.is_right::int INTO steps_left, faults, passing FROM jobservice.check_value(root, part, given, at, path, true, steps_left, faults) AS c;
                    EXIT WHEN passing = CASE keyword WHEN 'oneOf' THEN 2 ELSE 1 END;
                END LOOP;
                detail := CASE
                    WHEN keyword = 'anyOf' AND passing = 0 THEN 'It is none of what it may be (anyOf).'
                    WHEN keyword = 'oneOf' AND passing = 0 THEN 'It is none of what it may be (oneOf).'
                    WHEN keyword = 'oneOf' AND passing = 2 THEN 'It is more than one of what it may be (oneOf).'
                    WHEN keyword = 'not' AND (passing = 1 OR steps_left < 0) THEN 'It is what it must not be (not).'
                END;
            WHEN 'if' THEN
                SELECT c.steps_left, c.faults, c.is_right INTO steps_left, faults, is_met FROM jobservice.check_value(root, operand, given, at, path, true, steps_left, faults) AS c;
                part := CASE WHEN is_met THEN node -> 'then' ELSE node -> 'else' END;
                IF part IS NOT NULL THEN
                    SELECT c.steps_left, c.faults, c.is_right AND check_value.is_right INTO steps_left, faults, is_right
                    FROM jobservice.check_value(root, part, given, at, path, is_silent, steps_left, faults) AS c;
                END IF;
                is_right := is_right AND steps_left >= 0;
            WHEN 'dependentSchemas' THEN
                FOR name, part IN SELECT d.key, d.value FROM json_each(CASE kind WHEN 'object' THEN operand END) AS d LOOP
                    IF given -> name IS NOT NULL THEN
                        SELECT c.steps_left, c.faults, c.is_right AND check_value.is_right INTO steps_left, faults, is_right
                        FROM jobservice.check_value(root, part, given, at, path, is_silent, steps_left, faults) AS c;
                        EXIT WHEN NOT is_right AND (is_silent OR steps_left < 0);
                    END IF;
                END LOOP;
            WHEN '$comment', '$schema', '$id', 'id', '$defs', 'definitions', 'contentEncoding', 'contentMediaType', 'default', 'deprecated', 'description', 'else', 'examples', 'format',
                 'maxContains', 'minContains', 'readOnly', 'then', 'title', 'writeOnly' THEN
                CONTINUE keywords;
            ELSE
                CONTINUE keywords WHEN starts_with(keyword, 'x-');
                RAISE EXCEPTION USING ERRCODE = '0A000', MESSAGE = format('The schema of this job type has a keyword that is not known here: %s.', keyword),
                    HINT = 'A later version of the service wrote it. Migrate the database to that version.';
        END CASE;

        IF cost > 0 AND steps_left >= 0 THEN
            steps_left := steps_left - cost;
            IF steps_left < 0 THEN
                faults := faults || jobservice.too_many_steps(at);
            END IF;
        END IF;
        IF cost > 0 AND steps_left < 0 THEN
            detail := NULL;
            is_right := false;
        END IF;
        cost := 0;
        IF detail IS NOT NULL THEN
            is_right := false;
            IF NOT is_silent AND cardinality(faults) < 20 THEN
                faults := faults || jobservice.fault(jobservice.pointer_to(at, path), detail);
            END IF;
        END IF;
        EXIT WHEN NOT is_right AND (is_silent OR steps_left < 0);
    END LOOP;
END $$;

-- What is wrong with a payload; nothing where the schema that was given for its type takes it, or that of any of its handlers.
CREATE FUNCTION jobservice.check_payload(of_type text, payload json, at text) RETURNS json[]
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    schema json;
    found json[];
    first json[];
BEGIN
    FOR schema IN
        SELECT s.schema FROM jobservice.job_type_settings s WHERE s.type = of_type AND s.schema IS NOT NULL
        UNION ALL
        SELECT h.schema
        FROM (SELECT h.schema FROM jobservice.handler_schemas h
              WHERE h.type = of_type AND NOT EXISTS (SELECT FROM jobservice.job_type_settings s WHERE s.type = of_type AND s.schema IS NOT NULL)
              ORDER BY h.first_seen_at DESC, h.hash COLLATE "C") h
    LOOP
        SELECT c.faults INTO found FROM jobservice.check_value(schema, schema, payload, at, '{}', false, 2000000, '{}') AS c;
        IF cardinality(found) = 0 THEN
            RETURN found;
        END IF;
        first := coalesce(first, found);
    END LOOP;
    RETURN coalesce(first, '{}');
END $$;
