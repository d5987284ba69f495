-- read_locked_sequences: the numbers of sequences that are locked, and whose turn it is in them. A statement of its own, behind the one that locks: that one may have waited.
-- $1 key text[]
-- index sequences_key_key · locks nothing · rows: id, key, head_id of each
SELECT s.id, s.key, s.head_id FROM jobservice.sequences s WHERE s.key = ANY ($1::text[])
