-- save_job_type: keep what the API gives of a type in place of what it gave before.
-- $1 type text · $2 schema json · $3 defaults json · $4 expected int (null: whichever it is; 0: none)
-- index job_type_settings_pkey · locks its row · rows: the new revision; none where it is not the one that is expected
INSERT INTO jobservice.job_type_settings AS t (type, schema, defaults, revision, updated_at)
SELECT $1, $2, $3, 1, jobservice.now()
WHERE coalesce($4, 0) = 0 OR EXISTS (SELECT FROM jobservice.job_type_settings s WHERE s.type = $1)
ON CONFLICT (type) DO UPDATE
SET schema = excluded.schema, defaults = excluded.defaults, revision = t.revision + 1, updated_at = excluded.updated_at
WHERE $4 IS NULL OR t.revision = $4
RETURNING revision
