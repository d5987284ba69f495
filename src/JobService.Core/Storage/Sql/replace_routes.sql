-- replace_routes: these rules, in this order, take the place of all there are. Run once the version is advanced: then nobody else changes them.
-- $1 rule json[]
-- index routes_pkey · locks the rows there are · no rows
WITH gone AS (
    DELETE FROM jobservice.routes WHERE position > cardinality($1)
)
INSERT INTO jobservice.routes (position, rule)
SELECT position, rule FROM unnest($1::json[]) WITH ORDINALITY AS r(rule, position)
ON CONFLICT (position) DO UPDATE SET rule = excluded.rule
