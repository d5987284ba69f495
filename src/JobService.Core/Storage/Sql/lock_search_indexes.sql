-- lock_search_indexes: be the only one that builds search indexes until the transaction ends, or learn that another is.
-- no parameters
-- locks the advisory lock of whoever builds · rows: whether it was to be had
SELECT pg_try_advisory_xact_lock(1785684577, -20) AS is_locked
