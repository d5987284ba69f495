-- Whether the configuration has a schedule off: apart from its state, which persons and its own course change.
ALTER TABLE jobservice.schedules ADD COLUMN is_disabled boolean NOT NULL DEFAULT false;
