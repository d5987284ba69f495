-- notify: tell the other processes; of a worker that idles, leave word for those who enqueue in SQL too. In a transaction of its own: a notifying commit takes a lock on the whole cluster.
-- $1 payload text: the sender and the signal
-- locks the notification queue at commit · rows: none that matter
SELECT pg_notify('jobservice', $1),
       CASE WHEN $1 LIKE '% Idle' THEN setval('jobservice.idle_said_at', (extract(epoch FROM clock_timestamp()) * 1000)::bigint) END
