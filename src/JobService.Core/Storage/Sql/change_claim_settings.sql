-- change_claim_settings: wait for the claims under way, and let none begin until the transaction ends; nor is a limit key made meanwhile. Where they take longer than $1 it gives up.
-- $1 patience text (a lock_timeout, such as 2s)
-- Behind the changes themselves, which may have to wait for a row: while claims wait nothing else is waited for. The claims are the last that is locked, for the same reason.
-- locks the advisory locks of the limit keys and of the claims, and the row with the number of the settings · rows: none that matter
SELECT set_config('lock_timeout', $1, true), pg_advisory_xact_lock(1785684577, -3), jobservice.change_claim_settings()
