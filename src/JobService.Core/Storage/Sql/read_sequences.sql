-- read_sequences: up to $5 sequences by key: the one of that key, or those behind it; how many jobs each has, and who comes next.
-- $1 key text (null: from the first) · $2 only boolean (that one alone) · $3 prefix text (what keys begin with) · $4 is_held boolean (null: whether or not) · $5 max_sequences int
-- $6 max_next int · $7 max_length int (so many are counted)
-- No character of a key comes behind ~, so it ends those that begin alike.
-- index sequences_key_key, sequences_held_idx, blocked_jobs_sequence_id_position_key, then one lookup a place of the head · locks nothing
-- rows: key, head_id, its state (null: it is no longer there), held_at, length, next (the first of those that wait behind it)
WITH chosen AS MATERIALIZED (
    (SELECT s.* FROM jobservice.sequences s WHERE $2 AND s.key = $1 AND s.head_id IS NOT NULL)
    UNION ALL
    (SELECT s.* FROM jobservice.sequences s
     WHERE NOT $2 AND $4 AND s.held_at IS NOT NULL AND s.key > coalesce($1::text, '') AND s.key >= $3 AND s.key < $3 || '~'
     ORDER BY s.key LIMIT $5)
    UNION ALL
    (SELECT s.* FROM jobservice.sequences s
     WHERE NOT $2 AND $4 IS NOT TRUE AND (s.held_at IS NULL OR $4 IS NULL) AND s.head_id IS NOT NULL AND s.key > coalesce($1::text, '') AND s.key >= $3 AND s.key < $3 || '~'
     ORDER BY s.key LIMIT $5)
)
SELECT c.key, c.head_id, head.state, c.held_at,
       1 + (SELECT count(*) FROM (SELECT FROM jobservice.blocked_jobs w WHERE w.sequence_id = c.id LIMIT $7 - 1) w)::int AS length,
       ARRAY(SELECT w.id FROM jobservice.blocked_jobs w WHERE w.sequence_id = c.id ORDER BY w.position LIMIT $6) AS next
FROM chosen c
LEFT JOIN LATERAL (
    SELECT coalesce(f.state, CASE WHEN r.id IS NOT NULL THEN 4 END::smallint, l.state, 3::smallint) AS state
    FROM jobservice.jobs j
    LEFT JOIN jobservice.finished_jobs f ON f.id = j.id
    LEFT JOIN jobservice.running_jobs r ON r.id = j.id
    LEFT JOIN jobservice.scheduled_jobs l ON l.id = j.id
    WHERE j.id = c.head_id
    OFFSET 0
) head ON true
ORDER BY c.key
