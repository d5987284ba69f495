-- The limit keys that the jobs of a schedule name.
ALTER TABLE jobservice.schedules ADD COLUMN limit_keys text[] NOT NULL DEFAULT '{}';
