-- search_jobs_upwards: search_jobs with each order turned round: look at the next $3 jobs from the oldest up.
-- $1 end uuid · $2 from uuid (from where, and before which) · $3 max_seen int · $4 max_found int
-- $5 type_ids int[] · $6 queue_id int · $7 tags jsonb · $8 created_from timestamptz · $9 created_to timestamptz · $10 states smallint[] · $11 worker_ids int[]
-- Each of $5 to $11 that is null lets every job through. All of it is one snapshot, and complete up to the last job it has looked at. What costs a lookup comes last.
-- index jobs_pkey, and for states and workers finished_jobs_pkey, running_jobs_pkey, scheduled_jobs_id_idx, blocked_jobs_pkey, attempts_pkey · locks nothing
-- rows: one: the ids found, the oldest first; the last looked at, null where there was none; and how many were
WITH seen AS MATERIALIZED (
    SELECT j.id,
           ($5::int[] IS NULL OR j.type_id = ANY ($5))
           AND ($6::int IS NULL OR j.queue_id = $6)
           AND ($8::timestamptz IS NULL OR j.created_at >= $8)
           AND ($9::timestamptz IS NULL OR j.created_at < $9)
           AND ($7::jsonb IS NULL OR coalesce(j.tags @> $7, false))
           AND ($10::smallint[] IS NULL
                OR coalesce((SELECT f.state FROM jobservice.finished_jobs f WHERE f.id = j.id AND f.id < $1 AND f.id >= $2),
                            (SELECT 4::smallint FROM jobservice.running_jobs r WHERE r.id = j.id),
                            (SELECT s.state FROM jobservice.scheduled_jobs s WHERE s.id = j.id),
                            (SELECT 1::smallint FROM jobservice.blocked_jobs b WHERE b.id = j.id),
                            3::smallint) = ANY ($10))
           AND ($11::int[] IS NULL
                OR coalesce((SELECT r.worker_id FROM jobservice.running_jobs r WHERE r.id = j.id),
                            (SELECT f.worker_id FROM jobservice.finished_jobs f WHERE f.id = j.id AND f.id < $1 AND f.id >= $2 AND f.started_at IS NOT NULL),
                            (SELECT a.worker_id FROM jobservice.attempts a WHERE a.id = j.id AND a.id < $1 AND a.id >= $2 ORDER BY a.attempt DESC LIMIT 1),
                            (SELECT f.worker_id FROM jobservice.finished_jobs f WHERE f.id = j.id AND f.id < $1 AND f.id >= $2)) = ANY ($11)) AS is_found
    FROM jobservice.jobs j
    WHERE j.id < $1 AND j.id >= $2
    ORDER BY j.id ASC
    LIMIT $3
)
SELECT ARRAY(SELECT s.id FROM seen s WHERE s.is_found ORDER BY s.id ASC LIMIT $4) AS found,
       (SELECT s.id FROM seen s ORDER BY s.id DESC LIMIT 1) AS last_id,
       (SELECT count(*) FROM seen)::int AS seen
