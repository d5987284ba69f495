-- read_job_lane: the limit keys that a job names, and its type.
-- $1 id uuid
-- index jobs_pkey, limit_lanes_pkey · locks nothing · rows: type_id, keys; none of a job that names none
SELECT l.type_id, l.keys FROM jobservice.jobs j JOIN jobservice.limit_lanes l ON l.id = j.lane_id WHERE j.id = $1
