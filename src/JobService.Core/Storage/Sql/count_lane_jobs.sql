-- count_lane_jobs: how many jobs wait in lanes, up to a number.
-- $1 queue_id int[] · $2 rank smallint[] · $3 after_seq bigint[] (the lanes' cursors) · $4 type_ids text[] (the types that count of each lane, an array each) · $5 max_jobs int
-- index ready_jobs_pkey · locks nothing · rows: place (from 1), jobs of each lane and the seq of the first of them; the time, and the head of ready_seq
SELECT lane.place, waiting.jobs, waiting.first_seq, jobservice.now() AS now, (SELECT last_value FROM jobservice.ready_seq) AS head_seq
FROM unnest($1::int[], $2::smallint[], $3::bigint[], $4::text[]) WITH ORDINALITY AS lane(queue_id, rank, after_seq, type_ids, place)
CROSS JOIN LATERAL (
    SELECT count(*)::int AS jobs, min(seq) AS first_seq
    FROM (SELECT r.seq FROM jobservice.ready_jobs r
          WHERE r.queue_id = lane.queue_id AND r.rank = lane.rank AND r.seq > lane.after_seq AND r.type_id = ANY (lane.type_ids::int[])
          ORDER BY r.seq
          LIMIT $5) r
) waiting
