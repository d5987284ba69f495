-- read_day_standing: may a day go as a whole? Only if every job made in it is final, and finished longer ago than $3.
-- $1 first_id uuid · $2 end_id uuid (the day's bounds) · $3 keep_ms bigint
-- Two questions apart, so that each is one pass: has any finished too lately, and has any body no end? For the planner's own settings, not the
-- hot ones: a day may hold millions, and looking each of them up by its key would take longer than anyone waits.
-- reads one partition of jobs and of finished_jobs · locks nothing · rows: one: has it a live or young job
SELECT EXISTS (
    SELECT FROM jobservice.finished_jobs f
    WHERE f.id >= $1 AND f.id < $2 AND f.finished_at > jobservice.now() - $3 * interval '1 millisecond'
) OR EXISTS (
    SELECT FROM jobservice.jobs j
    WHERE j.id >= $1 AND j.id < $2
      AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = j.id AND f.id >= $1 AND f.id < $2)
) AS is_needed
