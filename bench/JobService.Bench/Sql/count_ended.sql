-- count_ended: how many jobs have ended by now.
SELECT count(*) FROM jobservice.finished_jobs
