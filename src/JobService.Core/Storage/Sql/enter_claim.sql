-- enter_claim: whether a claim of several statements may go on by the settings its lanes were chosen by. From here to its commit none of them change.
-- $1 version bigint
-- index claim_settings_pkey · locks an advisory lock, shared, until the transaction ends · rows: one
SELECT jobservice.may_claim($1)
