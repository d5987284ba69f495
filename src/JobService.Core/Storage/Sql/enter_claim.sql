-- enter_claim: whether a claim of several statements may go on by the settings its lanes were chosen by, and no lane came to be since. From here to its commit none of them change, and its keys are locked:
-- a process that stands still in between must not keep them from everyone, so the server ends its transaction soon.
-- $1 version bigint · $2 newest_lane bigint
-- index lanes_number_idx · locks an advisory lock, shared, until the transaction ends · rows: one: whether it may (null: settings are being changed), and a setting that holds until the transaction ends
SELECT jobservice.may_claim($1, $2) AS is_open, set_config('idle_in_transaction_session_timeout', '5s', true)
