-- lock_settings: let changes of one thing that claims go by come one after the other, so that each sees what the one before has left. Before anything else is locked.
-- $1 subject text (as the key of a limit names it: queue:low)
-- locks the advisory lock of the subject until the transaction ends · rows: none that matter
SELECT pg_advisory_xact_lock(hashtextextended($1, 1785684577))
