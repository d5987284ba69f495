-- insert_one: one job.
-- $1 id uuid · $2 type text · $3 queue text · $4 payload json
INSERT INTO inserted_jobs (id, type, queue, payload) VALUES ($1, $2, $3, $4)
