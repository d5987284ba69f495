-- change_claim_settings: what comes behind it in the transaction holds for every claim from the commit on. It waits for the claims under way, and they are a matter of milliseconds.
-- no parameters
-- locks an advisory lock until the transaction ends, and another against new keys · rows: none that matter
SELECT jobservice.change_claim_settings(), pg_advisory_xact_lock(1785684577, -3)
