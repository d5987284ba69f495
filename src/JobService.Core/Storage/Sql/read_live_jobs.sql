-- read_live_jobs: which jobs of a schedule are not final, of the newest $2 that it made when it was due or someone asked for one there and then. It is asked where
-- they begin to matter: as long as a schedule allows its jobs to run beside each other, it does not remember them.
-- $1 schedule_id int · $2 max_jobs int
-- index schedule_runs_fired_idx, jobs_pkey, finished_jobs_pkey · locks nothing · rows: one: their ids, the oldest first
SELECT ARRAY(
    SELECT made.job_id
    FROM (SELECT r.due_at, r.job_id FROM jobservice.schedule_runs r
          WHERE r.schedule_id = $1 AND r.job_id IS NOT NULL AND NOT r.is_backfilled
          ORDER BY r.due_at DESC
          LIMIT $2) made
    WHERE EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = made.job_id)
      AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = made.job_id)
    ORDER BY made.due_at) AS live
