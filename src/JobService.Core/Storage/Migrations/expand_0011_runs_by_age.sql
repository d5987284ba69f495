-- Runs are pruned by their age, and read by their schedule. An index that began with due_at alone, of all schedules together, was taken for the runs of one: where others are due
-- more often than it, that reads theirs.
CREATE INDEX schedule_runs_age_idx ON jobservice.schedule_runs (greatest(due_at, fired_at));
DROP INDEX jobservice.schedule_runs_due_at_idx;

-- The runs of a schedule that have a job, however many it left out between them.
CREATE INDEX schedule_runs_fired_idx ON jobservice.schedule_runs (schedule_id, due_at) WHERE job_id IS NOT NULL;

-- Schedules that wait are looked at in turn, some in each round: by their number, since many may have waited equally long.
DROP INDEX jobservice.schedules_waiting_idx;
CREATE INDEX schedules_waiting_idx ON jobservice.schedules (id) WHERE waiting_due_at IS NOT NULL;
