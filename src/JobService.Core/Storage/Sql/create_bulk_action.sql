-- create_bulk_action: keep what is to be done with jobs. Downwards it begins with those that are there now; ids may be ahead of the time by a minute.
-- $1 id uuid · $2 action smallint (those beyond 5 go upwards) · $3 filter json · $4 queue text · $5 reason text · $6 rate_limit int · $7 rate_per_us bigint · $8 rate_burst int · $9 created_by text
-- locks nothing that exists · rows: none, the count is the answer
INSERT INTO jobservice.bulk_actions (id, created_at, next_step_at, before_id, action, filter, queue, reason, rate_limit, rate_per_us, rate_burst, created_by)
SELECT $1, c.now, c.now, CASE WHEN $2 > 5 THEN '00000000-0000-0000-0000-000000000000' ELSE jobservice.first_id(c.now + interval '1 minute') END,
       $2, $3, $4, $5, $6, $7, $8, $9 FROM (SELECT jobservice.now() AS now) c
