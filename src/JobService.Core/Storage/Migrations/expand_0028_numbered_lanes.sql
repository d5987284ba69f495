-- A claim knows by one number whether there are lanes it has not heard of: a job that is the first of its priority in a queue goes before the others from its enqueue on.
ALTER TABLE jobservice.lanes ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;

CREATE UNIQUE INDEX lanes_number_idx ON jobservice.lanes (number);

-- As may_claim(bigint), which older versions call: whether the settings are those that were known, and no lane has come to be since. Null while settings are being changed.
CREATE FUNCTION jobservice.may_claim(known bigint, newest_lane bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(1785684577, -2) THEN
        RETURN NULL;
    END IF;

    -- A statement of its own, behind the lock: one that began before would see the settings as they were before.
    RETURN (SELECT s.version = known AND (SELECT coalesce(max(l.number), 0) FROM jobservice.lanes l) = newest_lane FROM jobservice.claim_settings s);
END $$;
