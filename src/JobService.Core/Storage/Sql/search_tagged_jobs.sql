-- search_tagged_jobs: the jobs of indexed days that carry some tags, in no order; where there are more than $4, any of them.
-- $1 before uuid · $2 first_id uuid · $3 tags jsonb · $4 max_jobs int
-- index jobs_tags_idx · locks nothing · rows: one: ids
SELECT ARRAY(SELECT j.id FROM jobservice.jobs j WHERE j.tags @> $3 AND j.id < $1 AND j.id >= $2 LIMIT $4) AS ids
