-- pass_head: end the turn of a head whose failure holds its sequence up. To be followed by advance_sequences in the same transaction.
-- $1 key text · $2 head_id uuid (only that one; null: whichever it is) · $3 reason text · $4 actor text
-- index sequences_key_key · locks the sequence · rows: as lock_ended_sequences has them: one, when a head held it up
WITH held AS MATERIALIZED (
    SELECT s.id, s.head_id FROM jobservice.sequences s WHERE s.key = $1 AND s.held_at IS NOT NULL AND s.head_id = coalesce($2, s.head_id) FOR UPDATE
), events AS (
    INSERT INTO jobservice.job_events (id, at, kind, actor, detail)
    SELECT h.head_id, jobservice.now(), 'passed', $4, $3 FROM held h WHERE EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = h.head_id)
), ended AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed) SELECT head_id, 7, true FROM held RETURNING *
)
SELECT e.ended_at, e.seq, e.job_id, e.state, e.is_passed, h.id AS sequence_id FROM ended e JOIN held h ON h.head_id = e.job_id
