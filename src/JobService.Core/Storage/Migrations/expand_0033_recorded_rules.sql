-- As before, but that a rule settles the queue in any case, so that the job records it: one that sets none leaves it the default, and keeps the job from the rules that come after.
CREATE OR REPLACE FUNCTION jobservice.find_route(of_type text, tags json, payload json, OUT name text, OUT settled json)
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
        SELECT json_build_object(
                   'queue', coalesce(s.set ->> 'queue', 'default'), 'priority', s.set -> 'priority', 'limitKeys', s.set -> 'limitKeys', 'retry', s.set -> 'retry', 'timeout', s.set -> 'timeout')
        INTO settled FROM (SELECT rule -> 'set') AS s(set);
        RETURN;
    END LOOP;
END $$;
