-- delete_limit: let another limit hold in its place, or none. Behind change_claim_settings, so no claim is under way.
-- $1 pattern text
-- index limits_pkey · locks its row · rows: one if there was one
DELETE FROM jobservice.limits WHERE pattern = $1 RETURNING pattern
