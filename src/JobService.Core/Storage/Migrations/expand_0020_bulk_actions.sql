-- What is to be done with all jobs that a filter finds, and how far it is. Whoever does the next step of one locks its row; the step, what it did to the jobs and where it ended are one
-- transaction, so that each job is acted on once, whatever dies and whenever.
CREATE TABLE jobservice.bulk_actions (
    id               uuid NOT NULL PRIMARY KEY,
    created_at       timestamptz NOT NULL,             -- what is made later is not its business
    started_at       timestamptz,
    stepped_at       timestamptz,                      -- when its last step was done
    finished_at      timestamptz,
    next_step_at     timestamptz NOT NULL,
    next_start_at    timestamptz,                      -- of its pace: see limit_keys
    before_id        uuid NOT NULL,                    -- every job with a later id has been looked at
    matched          bigint NOT NULL DEFAULT 0,
    acted            bigint NOT NULL DEFAULT 0,
    refused          bigint NOT NULL DEFAULT 0,
    total            bigint,                           -- how many a search found when it began; null before
    rate_per_us      bigint,                           -- of its pace, so many in that time; null: as fast as it goes
    rate_limit       int,
    rate_burst       int,
    failures         int NOT NULL DEFAULT 0,           -- of its next step, one after the other
    step_jobs        int NOT NULL DEFAULT 1000,        -- how many jobs that takes at most: fewer where steps have failed, so that it comes out which job it is
    action           smallint NOT NULL,                -- 1 cancel, 2 retry, 3 delete, 4 replay, 5 move
    state            smallint NOT NULL DEFAULT 1,      -- 1 pending, 2 running, 3 succeeded, 4 failed, 5 aborted
    is_total_partial boolean NOT NULL DEFAULT false,   -- the search ran out of its time: there are more
    queue            text,                             -- of a move
    reason           text,                             -- of a cancellation
    created_by       text,
    aborted_by       text,
    error            text,                             -- of the last step that failed
    filter           json NOT NULL,
    refusals         json,                             -- why some of the refused were
    CONSTRAINT bulk_actions_state_check CHECK (state BETWEEN 1 AND 5),
    CONSTRAINT bulk_actions_finished_check CHECK ((state > 2) = (finished_at IS NOT NULL)),
    CONSTRAINT bulk_actions_step_jobs_check CHECK (step_jobs BETWEEN 1 AND 1000),
    CONSTRAINT bulk_actions_counts_check CHECK (matched = acted + refused),
    CONSTRAINT bulk_actions_rate_check CHECK (num_nulls(rate_limit, rate_per_us, rate_burst) IN (0, 3)),
    CONSTRAINT bulk_actions_queue_check CHECK ((action = 5) = (queue IS NOT NULL))
);

CREATE INDEX bulk_actions_next_step_idx ON jobservice.bulk_actions (next_step_at) WHERE state <= 2;
CREATE INDEX bulk_actions_finished_at_idx ON jobservice.bulk_actions (finished_at) WHERE state > 2;
