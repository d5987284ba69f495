-- read_sequence_place: where a job stands in its sequence, as its head or behind it.
-- $1 id uuid · $2 at_most int (so many before it are counted)
-- index blocked_jobs_pkey, sequences_pkey, sequences_head_id_key, blocked_jobs_sequence_id_position_key, jobs_pkey · locks nothing
-- rows: key, head_id, held_at, ahead, is_head_removed (whether retention has removed it): one, when it is in a sequence
SELECT s.key, s.head_id, s.held_at,
       1 + (SELECT count(*) FROM (SELECT FROM jobservice.blocked_jobs o WHERE o.sequence_id = w.sequence_id AND o.position < w.position LIMIT $2 - 1) o)::int AS ahead,
       NOT EXISTS (SELECT FROM jobservice.jobs j WHERE j.id = s.head_id) AS is_head_removed
FROM jobservice.blocked_jobs w JOIN jobservice.sequences s ON s.id = w.sequence_id
WHERE w.id = $1
UNION ALL
SELECT s.key, s.head_id, s.held_at, 0, false FROM jobservice.sequences s WHERE s.head_id = $1
