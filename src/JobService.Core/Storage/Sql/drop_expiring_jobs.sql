-- drop_expiring_jobs: forget until when the jobs of a day might wait, before the day goes as a whole.
-- $1 first_id uuid · $2 end_id uuid (the day's bounds)
-- scans expiring_jobs, which holds only jobs with an end to their waiting; once a day, so no index is kept for it
-- locks one row an entry · rows: none, the count is the answer
DELETE FROM jobservice.expiring_jobs WHERE id >= $1 AND id < $2
