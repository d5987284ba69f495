-- lead_sequences: make jobs the heads of sequences that have none.
-- $1 id bigint[] · $2 head_id uuid[]
-- index sequences_pkey · locks one row a sequence, which the transaction has locked before · rows: none, the count is the answer
UPDATE jobservice.sequences s SET head_id = i.head_id FROM unnest($1::bigint[], $2::uuid[]) AS i(id, head_id) WHERE s.id = ANY (ARRAY[i.id])
