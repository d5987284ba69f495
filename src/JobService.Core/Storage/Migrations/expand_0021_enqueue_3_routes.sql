-- The routing rules, met in SQL as they are met in the service.

-- Whether a payload meets a condition of a rule. A place that isn't there meets nothing but "exists": false.
CREATE FUNCTION jobservice.meets_condition(payload json, pointer text, comparison text, operand json) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    found json := jobservice.find_value(payload, pointer);
    one json;
    difference int;
BEGIN
    IF comparison = 'Exists' THEN
        RETURN (found IS NOT NULL) = (operand::text = 'true');
    ELSIF found IS NULL THEN
        RETURN false;
    END IF;

    FOR one IN SELECT e.value FROM json_array_elements(CASE comparison WHEN 'In' THEN operand ELSE json_build_array(operand) END) AS e(value) LOOP
        -- Values of different kinds are never equal, smaller or larger.
        difference := CASE WHEN json_typeof(found) <> json_typeof(one) THEN NULL
            WHEN json_typeof(one) = 'number' THEN jobservice.compare_numbers(btrim(found::text, E' \t\n\r'), btrim(one::text, E' \t\n\r'))
            WHEN json_typeof(one) = 'string' THEN
                CASE WHEN found #>> '{}' = one #>> '{}' THEN 0
                     WHEN jobservice.code_units(found #>> '{}') COLLATE "C" < jobservice.code_units(one #>> '{}') COLLATE "C" THEN -1 ELSE 1 END
            WHEN json_typeof(one) = 'null' OR json_typeof(one) = 'boolean' AND found #>> '{}' = one #>> '{}' THEN 0
        END;
        EXIT WHEN difference = 0;
    END LOOP;
    RETURN CASE comparison
        WHEN 'Eq' THEN coalesce(difference = 0, false) WHEN 'In' THEN coalesce(difference = 0, false) WHEN 'Ne' THEN coalesce(difference <> 0, true)
        WHEN 'Gt' THEN coalesce(difference > 0, false) WHEN 'Gte' THEN coalesce(difference >= 0, false)
        WHEN 'Lt' THEN coalesce(difference < 0, false) WHEN 'Lte' THEN coalesce(difference <= 0, false)
    END;
END $$;

-- The first rule that a job meets, and what it settles; null where it meets none.
CREATE FUNCTION jobservice.find_route(of_type text, tags json, payload json, OUT name text, OUT settled json)
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    rule json;
BEGIN
    FOR rule IN SELECT r.rule FROM jobservice.routes r ORDER BY r.position LOOP
        CONTINUE WHEN NOT jobservice.matches_glob(of_type, rule ->> 'type');
        CONTINUE WHEN EXISTS (SELECT FROM json_each_text(rule -> 'tags') AS asked
                              WHERE NOT coalesce(jobservice.matches_glob(tags ->> asked.key, asked.value), false));
        CONTINUE WHEN EXISTS (SELECT FROM json_array_elements(rule -> 'payload') AS c(value)
                              WHERE NOT jobservice.meets_condition(payload, c.value ->> 'pointer', c.value ->> 'comparison', (c.value ->> 'operand')::json));
        name := rule ->> 'name';
        settled := rule -> 'set';
        RETURN;
    END LOOP;
END $$;
