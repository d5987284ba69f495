-- search_chosen_jobs_upwards: what search_jobs_upwards does, of the next $3 jobs that an index or a small table leads to.
-- $1 end uuid · $2 from uuid · $3 max_seen int · $4 max_found int · $5 type_ids int[] · $6 queue_id int · $7 tags jsonb
-- $8 created_from timestamptz · $9 created_to timestamptz · $10 states smallint[] · $11 worker_ids int[]
-- $12 way int: 1 by type and 2 by queue, on days that are indexed; 3 by state, none of them succeeded; 4 by schedule; 5 those of $14
-- $13 schedule_id int · $14 ids uuid[] (of way 5, from the oldest up)
-- Each way but the last gives its $3 oldest, so that together they are complete up to the last of them.
-- index jobs_type_idx, jobs_queue_idx, finished_jobs_unsuccessful_idx, scheduled_jobs_id_idx, blocked_jobs_pkey, running_jobs_pkey, schedule_runs_job_idx; ready_jobs in whole, which has no order of ids, then as search_jobs_upwards · locks nothing
-- rows: as search_jobs_upwards has it
WITH chosen AS MATERIALIZED (
    SELECT c.id
    FROM (
        (SELECT j.id
         FROM unnest($5::int[]) AS t(type_id) CROSS JOIN LATERAL (
            SELECT j.id FROM jobservice.jobs j WHERE j.type_id = t.type_id AND j.id < $1 AND j.id >= $2 ORDER BY j.id ASC LIMIT $3
         ) j
         WHERE $12 = 1)
        UNION ALL
        (SELECT j.id FROM jobservice.jobs j WHERE $12 = 2 AND j.queue_id = $6 AND j.id < $1 AND j.id >= $2 ORDER BY j.id ASC LIMIT $3)
        UNION ALL
        (SELECT f.id FROM jobservice.finished_jobs f
         WHERE $12 = 3 AND $10::smallint[] && '{7,8}' AND f.state <> 6 AND f.state = ANY ($10) AND f.id < $1 AND f.id >= $2 ORDER BY f.id ASC LIMIT $3)
        UNION ALL
        (SELECT s.id FROM jobservice.scheduled_jobs s
         WHERE $12 = 3 AND $10::smallint[] && '{2,5}' AND s.id < $1 AND s.id >= $2 ORDER BY s.id ASC LIMIT $3)
        UNION ALL
        (SELECT b.id FROM jobservice.blocked_jobs b WHERE $12 = 3 AND 1 = ANY ($10) AND b.id < $1 AND b.id >= $2 ORDER BY b.id ASC LIMIT $3)
        UNION ALL
        (SELECT r.id FROM jobservice.running_jobs r WHERE $12 = 3 AND 4 = ANY ($10) AND r.id < $1 AND r.id >= $2 ORDER BY r.id ASC LIMIT $3)
        UNION ALL
        (SELECT r.id FROM jobservice.ready_jobs r
         WHERE $12 = 3 AND 3 = ANY ($10) AND r.id < $1 AND r.id >= $2 AND ($5::int[] IS NULL OR r.type_id = ANY ($5)) ORDER BY r.id ASC LIMIT $3)
        UNION ALL
        (SELECT r.job_id FROM jobservice.schedule_runs r
         WHERE $12 = 4 AND r.schedule_id = $13 AND r.job_id IS NOT NULL AND r.job_id < $1 AND r.job_id >= $2 ORDER BY r.job_id ASC LIMIT $3)
        UNION ALL
        (SELECT i.id FROM unnest($14::uuid[]) AS i(id) WHERE $12 = 5)
    ) c
    ORDER BY c.id ASC
    LIMIT $3
), seen AS MATERIALIZED (
    SELECT c.id,
           coalesce((SELECT ($5::int[] IS NULL OR j.type_id = ANY ($5))
                            AND ($6::int IS NULL OR j.queue_id = $6)
                            AND ($8::timestamptz IS NULL OR j.created_at >= $8)
                            AND ($9::timestamptz IS NULL OR j.created_at < $9)
                            AND ($7::jsonb IS NULL OR coalesce(j.tags @> $7, false))
                     FROM jobservice.jobs j WHERE j.id = c.id AND j.id < $1 AND j.id >= $2), false)
           AND ($10::smallint[] IS NULL
                OR coalesce((SELECT f.state FROM jobservice.finished_jobs f WHERE f.id = c.id AND f.id < $1 AND f.id >= $2),
                            (SELECT 4::smallint FROM jobservice.running_jobs r WHERE r.id = c.id),
                            (SELECT s.state FROM jobservice.scheduled_jobs s WHERE s.id = c.id),
                            (SELECT 1::smallint FROM jobservice.blocked_jobs b WHERE b.id = c.id),
                            3::smallint) = ANY ($10))
           AND ($11::int[] IS NULL
                OR coalesce((SELECT r.worker_id FROM jobservice.running_jobs r WHERE r.id = c.id),
                            (SELECT f.worker_id FROM jobservice.finished_jobs f WHERE f.id = c.id AND f.id < $1 AND f.id >= $2 AND f.started_at IS NOT NULL),
                            (SELECT a.worker_id FROM jobservice.attempts a WHERE a.id = c.id AND a.id < $1 AND a.id >= $2 ORDER BY a.attempt DESC LIMIT 1),
                            (SELECT f.worker_id FROM jobservice.finished_jobs f WHERE f.id = c.id AND f.id < $1 AND f.id >= $2)) = ANY ($11)) AS is_found
    FROM chosen c
)
SELECT ARRAY(SELECT s.id FROM seen s WHERE s.is_found ORDER BY s.id ASC LIMIT $4) AS found,
       (SELECT s.id FROM seen s ORDER BY s.id DESC LIMIT 1) AS last_id,
       (SELECT count(*) FROM seen)::int AS seen
