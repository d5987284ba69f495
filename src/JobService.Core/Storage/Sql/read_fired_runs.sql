-- read_fired_runs: which occurrences of a schedule have a job.
-- $1 schedule_id int · $2 from timestamptz · $3 to timestamptz (both included)
-- index schedule_runs_pkey · locks nothing · rows: due_at
SELECT due_at FROM jobservice.schedule_runs WHERE schedule_id = $1 AND due_at BETWEEN $2 AND $3 AND kind = 0 AND job_id IS NOT NULL
