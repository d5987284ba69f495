-- register_worker: enter a worker and give it its first lease.
-- $1 name text · $2 host text · $3 version text · $4 pid int · $5 slots int · $6 queues text[] · $7 types text[] · $8 lease_ms bigint
-- locks nothing that exists · rows: its id
INSERT INTO jobservice.workers (name, host, version, pid, slots, queues, types, started_at, beat_at, lease_until)
SELECT $1, $2, $3, $4, $5, $6, $7, c.now, c.now, c.now + $8 * interval '1 millisecond' FROM (SELECT jobservice.now() AS now) c
RETURNING id
