-- A queue can be paused: nothing of it is claimed until it is resumed.
ALTER TABLE jobservice.queues
    ADD COLUMN paused_at      timestamptz,
    ADD COLUMN paused_because text,
    ADD COLUMN paused_by      text;

-- Settings that decide what may be claimed have one number in all. It grows with each change, and a claim that was chosen by others takes nothing.
CREATE TABLE jobservice.claim_settings (
    is_only boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (is_only),
    version bigint NOT NULL
);

INSERT INTO jobservice.claim_settings (version) VALUES (1);

-- Whether a claim that was chosen by these settings may go on. What it locks is kept until its commit, so that whoever changes settings waits for the claims
-- under way, and no other begins meanwhile. It is volatile, so that it sees what is committed when it asks, not what was when the claim began.
CREATE FUNCTION jobservice.may_claim(known bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(1785684577, -2) THEN
        RETURN false;
    END IF;

    -- A statement of its own, behind the lock: one that began before would see the settings as they were before.
    RETURN (SELECT version = known FROM jobservice.claim_settings);
END $$;

-- To be called first in each transaction that changes such settings: from its commit on they hold for every claim.
CREATE FUNCTION jobservice.change_claim_settings() RETURNS void
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1785684577, -2);
    UPDATE jobservice.claim_settings SET version = version + 1;
END $$;
