-- How a queue is served, as people set it. A queue that was never set has what these say of it.
ALTER TABLE jobservice.queues
    ADD COLUMN weight     int NOT NULL DEFAULT 1,
    ADD COLUMN max_depth  int,            -- null: as many as come
    ADD COLUMN keep_ms    bigint,         -- null: final jobs are kept as long as those of other queues
    ADD COLUMN updated_at timestamptz,    -- null: never
    ADD CONSTRAINT queues_weight_check CHECK (weight BETWEEN 1 AND 1000),
    ADD CONSTRAINT queues_max_depth_check CHECK (max_depth > 0),
    ADD CONSTRAINT queues_keep_check CHECK (keep_ms > 0);
