-- change_claim_settings: wait for the claims under way, and let none begin until the transaction ends. Where they take longer than $1 it gives up.
-- $1 patience text (a lock_timeout, such as 2s)
-- locks the advisory lock of the claims, and the row with the number of their settings · rows: none that matter
SELECT set_config('lock_timeout', $1, true), jobservice.change_claim_settings()
