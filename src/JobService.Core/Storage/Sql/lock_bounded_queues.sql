-- lock_bounded_queues: keep others from enqueueing into queues that hold so many jobs and no more, until the transaction ends. What they hold is to be read behind it: then it is
-- true until this transaction has added to it.
-- $1 queue_id int[]
-- index queues_bounded_idx · locks their rows, in order · rows: id, max_depth of each that is bounded
SELECT q.id, q.max_depth FROM jobservice.queues q WHERE q.id = ANY ($1::int[]) AND q.max_depth IS NOT NULL ORDER BY q.id FOR NO KEY UPDATE
