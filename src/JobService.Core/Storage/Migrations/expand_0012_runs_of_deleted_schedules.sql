-- How many jobs a schedule that is gone made when it was due: one of its name that is made anew goes on counting. Zero where an earlier version deleted it, which does not say.
ALTER TABLE jobservice.deleted_schedules ADD COLUMN runs bigint NOT NULL DEFAULT 0;
