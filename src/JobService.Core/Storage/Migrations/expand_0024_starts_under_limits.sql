-- When each job started that runs under a key, or did when somebody last claimed under it: tenants take turns by that, whichever workers serve them.
ALTER TABLE jobservice.limit_holds ADD COLUMN started_at timestamptz;
