-- settle_limit: let a limit that was set or taken away hold for its keys, and count what runs under them. It makes none: one that a transaction of a caller makes just now is settled before anything is claimed under it.
-- $1 beginning text (what the keys begin with) · $2 is_for_many boolean (false: it is the key itself)
-- scans limit_keys, and running_jobs, which holds no more than there are slots · locks the rows of the keys · rows: none that matter
WITH concerned AS MATERIALIZED (
    SELECT CASE WHEN $2 THEN ARRAY(SELECT k.key FROM jobservice.limit_keys k WHERE starts_with(k.key, $1)) ELSE ARRAY(SELECT k.key FROM jobservice.limit_keys k WHERE k.key = $1) END AS keys
)
SELECT jobservice.settle_limit_keys(keys), jobservice.hold_running_jobs(keys) FROM concerned
