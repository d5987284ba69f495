-- Some bulk actions go from the oldest job up, so that jobs keep the order in which they were made. Those that were begun before go on downwards.
ALTER TABLE jobservice.bulk_actions
    ADD COLUMN from_id uuid,   -- every job with an earlier id has been looked at; null: it goes downwards, by before_id

    -- Older versions know the way down only: a step of theirs is undone.
    ADD CONSTRAINT bulk_actions_way_check CHECK (from_id IS NULL OR before_id = 'ffffffff-ffff-ffff-ffff-ffffffffffff');
