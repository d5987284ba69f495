-- recover_sequences: look at the next $2 sequences, and note the end of a head that has ended without one: a process of the version before sequences knows of none. A row that was only locked goes.
-- $1 after_key text (where the last look ended) · $2 max_sequences int
-- index sequences_key_key, finished_jobs_pkey, jobs_pkey · locks the rows that go, skips locked rows · rows: one: the last looked at (null: there was none), how many ends were noted
WITH page AS MATERIALIZED (
    SELECT s.id, s.key, s.head_id, s.held_at FROM jobservice.sequences s WHERE s.key > $1 ORDER BY s.key LIMIT $2
), ended AS MATERIALIZED (
    SELECT p.head_id, final.state, coalesce(jobservice.sequence_flags(body.policies), 0) & 4 = 4 AS is_passed
    FROM page p
    LEFT JOIN LATERAL (SELECT f.state FROM jobservice.finished_jobs f WHERE f.id = p.head_id OFFSET 0) final ON true
    LEFT JOIN LATERAL (SELECT j.id, j.policies FROM jobservice.jobs j WHERE j.id = p.head_id OFFSET 0) body ON true
    WHERE p.head_id IS NOT NULL AND p.held_at IS NULL AND (final.state IS NOT NULL OR body.id IS NULL)
), noted AS (
    INSERT INTO jobservice.sequence_ends (job_id, state, is_passed) SELECT head_id, state, is_passed FROM ended
), vacant AS MATERIALIZED (
    SELECT s.ctid AS place FROM jobservice.sequences s WHERE s.id = ANY (ARRAY(SELECT p.id FROM page p WHERE p.head_id IS NULL)) AND s.head_id IS NULL FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM jobservice.sequences s USING vacant v WHERE s.ctid = v.place
)
SELECT (SELECT max(p.key) FROM page p) AS last_key, (SELECT count(*) FROM ended)::int AS ended
