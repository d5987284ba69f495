-- Up to when it may be forgotten which occurrences had a job: a backfill goes no further back. One row, once a run has been pruned.
CREATE TABLE jobservice.forgotten_runs (
    is_only    boolean PRIMARY KEY DEFAULT true,
    due_before timestamptz NOT NULL,                     -- a run that was due, or got its job, at this time or later is still there
    keep_ms    bigint NOT NULL,                          -- how long runs were kept when it was noted
    CONSTRAINT forgotten_runs_only_check CHECK (is_only)
);
