-- hold_guard: keep a transaction that guards what other connections do. A server's limit on idle transactions would end it; and the
-- snapshot of its last SELECT, which stays until the connection says something else, would hold up the very DETACH it guards.
-- no parameters
-- locks nothing · no rows
SET LOCAL idle_in_transaction_session_timeout = 0
