-- Unique keys and idempotency keys. A unique key names the job that holds it, or held it last: whether it still does is decided by whoever asks for the key next,
-- from where that job stands, so that nothing else that happens to a job touches this table, and a job without a key pays nothing for it.
CREATE TABLE jobservice.job_keys (
    hash       uuid NOT NULL PRIMARY KEY, -- the first 16 bytes of a SHA-256 over what it is a key of
    job_id     uuid,                      -- null: nobody had it yet, or an answer about several jobs
    changed_by uuid,                      -- the enqueue that changed something under it last, which a second try of that knows itself by
    held_until timestamptz,               -- whatever becomes of the job; null: as its state says
    review_at  timestamptz NOT NULL,      -- when it is looked whether the row still says something
    scope      smallint,                  -- 1 untilStarted, 2 untilFinished, 3 window, 4 forever, 5 a request; null: it was only locked so far
    status     smallint,                  -- of a request: the status of its answer
    request    bytea,                     -- of a request: a hash of all of it
    answer     bytea,                     -- of a request: the body of its answer
    CONSTRAINT job_keys_scope_check CHECK (scope BETWEEN 1 AND 5),
    CONSTRAINT job_keys_held_until_check CHECK (coalesce(scope IN (3, 4, 5), false) = (held_until IS NOT NULL)),
    CONSTRAINT job_keys_job_id_check CHECK ((job_id IS NULL) = (scope IS NULL) OR scope = 5),
    CONSTRAINT job_keys_request_check CHECK (coalesce(scope = 5, false) = (request IS NOT NULL AND status IS NOT NULL AND answer IS NOT NULL))
);

CREATE INDEX job_keys_review_at_idx ON jobservice.job_keys (review_at);

-- For a retry by hand, which leaves the key it had where another payload makes another one.
CREATE INDEX job_keys_job_id_idx ON jobservice.job_keys (job_id) WHERE scope < 5;
