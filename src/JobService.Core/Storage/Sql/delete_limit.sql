-- delete_limit: let another limit hold in its place, or none. Before change_claim_settings, in its transaction, so that none is under way when it is committed.
-- $1 pattern text
-- index limits_pkey · locks its row · rows: one if there was one
DELETE FROM jobservice.limits WHERE pattern = $1 RETURNING pattern
