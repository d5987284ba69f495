-- erase_job: forget the payload and the result of a final job; the rest of it stays.
-- $1 id uuid · $2 actor text
-- index jobs_pkey, finished_jobs_pkey · locks the job's rows, finished_jobs before jobs · rows: its state, when it is final
WITH finished AS (
    UPDATE jobservice.finished_jobs SET result = NULL WHERE id = $1 RETURNING id, state
), erased AS (
    UPDATE jobservice.jobs j SET payload = 'null', is_erased = true, revision = j.revision + 1
    FROM finished f WHERE j.id = f.id AND NOT j.is_erased
    RETURNING j.id
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor) SELECT id, jobservice.now(), 'erased', $2 FROM erased
)
SELECT state FROM finished
