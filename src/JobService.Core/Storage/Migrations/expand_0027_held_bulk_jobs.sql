-- Jobs of a bulk action that a transaction held when their turn came: it goes on with the others, and comes back to these at the end.
ALTER TABLE jobservice.bulk_actions ADD COLUMN held_ids uuid[] NOT NULL DEFAULT '{}';
