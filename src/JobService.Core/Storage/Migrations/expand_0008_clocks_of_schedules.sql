-- What the clocks of its zone were known to show just before a schedule is due next, as seconds that local time is ahead of UTC: one who knows other clocks sees by it which time of
-- the day was meant. Null where it names no hours.
ALTER TABLE jobservice.schedules ADD COLUMN next_due_offset_s int;
