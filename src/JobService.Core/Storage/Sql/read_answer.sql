-- read_answer: the answer that was kept for a request.
-- $1 hash uuid
-- index job_keys_pkey · locks nothing · rows: one where one is kept: what was asked, and the answer
SELECT request, status, job_id, answer, changed_by FROM jobservice.job_keys WHERE hash = $1 AND scope = 5 AND held_until > jobservice.now()
