-- read_schedule_standing: the time, and what became of the jobs of schedules that are locked. A statement of its own, behind the one that locks: that one may
-- have waited, and sees jobs as they were before.
-- $1 id int[]
-- index schedules_pkey, jobs_pkey, finished_jobs_pkey, schedule_runs_fired_idx · locks nothing
-- rows: the time, then the schedule's id, those of its jobs that are not final, and whether the last of its final jobs, as many as it allows, have all failed; null
-- without one. A job that waits for a retry says nothing yet, and one that is paused needs no other pause. Of a schedule with more jobs that are not final the newest
-- 10,000 are looked at.
SELECT jobservice.now() AS now, s.id, s.still_live, s.has_failed_too_often
FROM (VALUES (1)) AS one
LEFT JOIN LATERAL (
    SELECT s.id,
           ARRAY(SELECT live.id FROM unnest(s.live_jobs) AS live(id)
                 WHERE EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = live.id)
                   AND NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = live.id)) AS still_live,
           CASE WHEN s.pause_after_failures IS NULL OR s.state <> 0 OR s.is_disabled THEN false ELSE
               (SELECT count(*)
                FROM (SELECT final.state
                      FROM (SELECT r.job_id, r.due_at FROM jobservice.schedule_runs r
                            WHERE r.schedule_id = s.id AND r.due_at >= s.counted_from AND r.job_id IS NOT NULL
                            ORDER BY r.due_at DESC
                            LIMIT 10000) made
                      CROSS JOIN LATERAL (SELECT f.state FROM jobservice.finished_jobs f WHERE f.id = made.job_id OFFSET 0) final
                      ORDER BY made.due_at DESC
                      LIMIT s.pause_after_failures) last
                WHERE last.state = 7) >= s.pause_after_failures
           END AS has_failed_too_often
    FROM jobservice.schedules s
    WHERE s.id = ANY ($1::int[])
) s ON true
