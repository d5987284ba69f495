-- wait_no_longer: until the transaction ends, give up on whoever holds a lock for longer than that (SQLSTATE 55P03).
-- $1 wait_ms int
-- locks nothing · rows: none that matter
SELECT set_config('lock_timeout', $1::int::text, true)
