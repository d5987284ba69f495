-- notify: tell the other processes. In a transaction of its own: a notifying commit takes a lock on the whole cluster.
-- $1 payload text: the sender and the signal
-- locks the notification queue at commit · rows: none that matter
SELECT pg_notify('jobservice', $1)
