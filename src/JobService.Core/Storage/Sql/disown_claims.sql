-- disown_claims: give back what a worker claimed without learning of it, because the answer was lost on the way.
-- $1 worker_id int · $2 id uuid[] (what the worker knows it has)
-- scans running_jobs, which holds no more than there are slots · locks one row a job, skips locked rows · rows: none, the count is the answer
WITH unknown AS MATERIALIZED (
    SELECT r.ctid AS place FROM jobservice.running_jobs r WHERE r.worker_id = $1 AND r.id <> ALL ($2::uuid[]) FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM jobservice.running_jobs r USING unknown u WHERE r.ctid = u.place RETURNING r.*
)
INSERT INTO jobservice.ready_jobs (seq, id, queue_id, type_id, hard_limit_ms, attempt, rank, crashes, flags)
SELECT nextval('jobservice.ready_seq'), id, queue_id, type_id, hard_limit_ms, attempt - 1, rank, crashes, flags | 1 FROM taken
