-- count_late_workers: workers that were not there yet when the first schedule came up.
SELECT count(*) FROM jobservice.workers WHERE started_at > (SELECT min(anchor_at) FROM jobservice.schedules)
