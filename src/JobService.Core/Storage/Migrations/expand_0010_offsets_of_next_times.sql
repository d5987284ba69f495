-- Which instant of which zone next_due_offset_s is the offset of. A version that does not know it moves next_due_at alone, or edits the zone, and leaves
-- the offset behind: it counts only where both are still those of the schedule. What was stored before this has neither, since that can't be told of it.
ALTER TABLE jobservice.schedules ADD COLUMN next_due_offset_at timestamptz, ADD COLUMN next_due_offset_zone text;
