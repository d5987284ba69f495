-- lock_ended_sequences: take up to $3 ends of jobs that may have been heads, the oldest first, and lock the sequences whose heads they are. To be followed by advance_sequences.
-- $1 after timestamptz · $2 after_seq bigint (where the ends begin, as far as the caller knows, or where the last look stopped) · $3 max_ends int
-- index sequence_ends_pkey, sequences_head_id_key · locks one row an end and a sequence, skips locked rows
-- rows: ended_at, seq, job_id, state, is_passed of each, and the id of the sequence; null where it is nobody's head, or someone else has locked it
WITH ended AS MATERIALIZED (
    SELECT e.ended_at, e.seq, e.job_id, e.state, e.is_passed
    FROM jobservice.sequence_ends e
    WHERE (e.ended_at, e.seq) > ($1, $2)
    ORDER BY e.ended_at, e.seq
    LIMIT $3
    FOR UPDATE SKIP LOCKED
), locked AS MATERIALIZED (
    SELECT s.id, s.head_id FROM jobservice.sequences s WHERE s.head_id = ANY (ARRAY(SELECT ended.job_id FROM ended)) FOR UPDATE SKIP LOCKED
)
SELECT e.ended_at, e.seq, e.job_id, e.state, e.is_passed, (SELECT l.id FROM locked l WHERE l.head_id = e.job_id) AS sequence_id
FROM ended e
ORDER BY e.ended_at, e.seq
