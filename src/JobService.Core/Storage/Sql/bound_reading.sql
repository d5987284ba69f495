-- bound_reading: how long a statement may take from here to the end of the transaction, and that it goes by indexes: tables whose rows live for moments have no statistics to plan by.
-- $1 timeout text (such as 500ms)
-- locks nothing · rows: one, of no interest
SELECT set_config('statement_timeout', $1, true), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)
