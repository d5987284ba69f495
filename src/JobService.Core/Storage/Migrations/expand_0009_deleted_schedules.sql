-- The names of schedules that are gone, as long as it is told what became of their occurrences: their jobs are found by it, and one of that name
-- that is made anew goes on where the old one was, so that no occurrence gets a second job.
CREATE TABLE jobservice.deleted_schedules (
    name       text PRIMARY KEY,
    id         int NOT NULL,                             -- of schedule_runs
    created_at timestamptz NOT NULL,
    deleted_at timestamptz NOT NULL
);

CREATE INDEX deleted_schedules_deleted_at_idx ON jobservice.deleted_schedules (deleted_at);

-- The jobs of a schedule, the newest first.
CREATE INDEX schedule_runs_job_idx ON jobservice.schedule_runs (schedule_id, job_id) WHERE job_id IS NOT NULL;
