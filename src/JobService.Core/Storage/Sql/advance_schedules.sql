-- advance_schedules: where schedules stand after a round. The offset is stored as save_schedule does it.
-- $1 id int[] · $2 state smallint[] · $3 paused_because text[] · $4 next_due_at timestamptz[] · $5 waiting_due_at timestamptz[] · $6 missed int[] · $7 runs bigint[]
-- $8 last_due_at timestamptz[] · $9 last_job_id uuid[] · $10 live_jobs text[] (an array each, as text: arrays of arrays must be of one length)
-- $11 revision int[] · $12 updated_at timestamptz[] · $13 next_due_offset_s int[]
-- index schedules_pkey · locks one row a schedule · rows: none
UPDATE jobservice.schedules s
SET state = i.state, paused_because = i.paused_because, next_due_at = i.next_due_at, waiting_due_at = i.waiting_due_at, missed = i.missed, runs = i.runs,
    last_due_at = i.last_due_at, last_job_id = i.last_job_id, live_jobs = i.live_jobs::uuid[], revision = i.revision, updated_at = i.updated_at,
    next_due_offset_s = i.next_due_offset_s, next_due_offset_at = i.next_due_at, next_due_offset_zone = s.time_zone
FROM unnest($1::int[], $2::smallint[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::int[], $7::bigint[], $8::timestamptz[], $9::uuid[], $10::text[],
            $11::int[], $12::timestamptz[], $13::int[])
     AS i(id, state, paused_because, next_due_at, waiting_due_at, missed, runs, last_due_at, last_job_id, live_jobs, revision, updated_at, next_due_offset_s)
WHERE s.id = i.id
