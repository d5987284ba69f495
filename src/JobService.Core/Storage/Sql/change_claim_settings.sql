-- change_claim_settings: wait for the claims under way, and let none begin until the transaction ends; nor is a limit key made meanwhile. Where they take longer than $1 it gives up.
-- $1 patience text (a lock_timeout, such as 2s)
-- locks the advisory locks of the claims and of the limit keys, and the row with the number of the settings · rows: none that matter
SELECT set_config('lock_timeout', $1, true), jobservice.change_claim_settings(), pg_advisory_xact_lock(1785684577, -3)
