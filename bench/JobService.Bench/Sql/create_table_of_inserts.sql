-- create_table_of_inserts: the least that a durable job takes.
CREATE TABLE IF NOT EXISTS inserted_jobs (
    id         uuid PRIMARY KEY,
    type       text NOT NULL,
    queue      text NOT NULL,
    payload    json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
)
