-- take_cancel_request: take the next of the cancellations that transactions of callers left behind. The job is to be cancelled in the same transaction.
-- $1 after_seq bigint (those up to it were looked at)
-- index cancel_requests_pkey, jobs_pkey · locks its row, skips locked rows · rows: seq, job_id, reason, actor, and whether the job is the one that was meant
WITH next AS MATERIALIZED (
    SELECT c.ctid AS place FROM jobservice.cancel_requests c WHERE c.seq > $1 ORDER BY c.seq LIMIT 1 FOR UPDATE SKIP LOCKED
)
DELETE FROM jobservice.cancel_requests c USING next n WHERE c.ctid = n.place
RETURNING c.seq, c.job_id, c.reason, c.actor, EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = c.job_id AND j.attempts_forgiven = c.forgiven) AS is_meant
