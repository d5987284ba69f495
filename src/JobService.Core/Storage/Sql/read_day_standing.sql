-- read_day_standing: may a day go as a whole? Only if every job made in it is final, and finished longer ago than $3.
-- $1 first_id uuid · $2 end_id uuid (the day's bounds) · $3 keep_ms bigint
-- reads one partition of jobs and of finished_jobs · locks nothing · rows: one: has it a live or young job
SELECT EXISTS (
    SELECT FROM jobservice.jobs j
    LEFT JOIN jobservice.finished_jobs f ON f.id = j.id AND f.id >= $1 AND f.id < $2
    WHERE j.id >= $1 AND j.id < $2 AND (f.id IS NULL OR f.finished_at > jobservice.now() - $3 * interval '1 millisecond')
) AS is_needed
