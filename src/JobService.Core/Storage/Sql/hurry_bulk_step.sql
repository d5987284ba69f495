-- hurry_bulk_step: from here to the end of the transaction nobody is waited for longer than half a second: before PostgreSQL looks whether others wait for it in a circle,
-- so that it is never they who are stopped.
-- no parameters
-- locks nothing · rows: one, of no interest
SELECT set_config('lock_timeout', '500ms', true)
