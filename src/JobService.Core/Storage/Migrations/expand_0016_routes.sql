-- Routing: the rules that settle jobs, in their order, and what is kept of job types. Each process has all of it in memory and looks only whether a version has grown.
CREATE TABLE jobservice.routing_versions (
    name    text PRIMARY KEY,
    version bigint NOT NULL,
    CONSTRAINT routing_versions_name_check CHECK (name IN ('routes', 'job_types'))
);

INSERT INTO jobservice.routing_versions (name, version) VALUES ('routes', 1), ('job_types', 1);

CREATE TABLE jobservice.routes (
    position int PRIMARY KEY,
    rule     json NOT NULL,
    CONSTRAINT routes_position_check CHECK (position > 0)
);

-- What was given over the API.
CREATE TABLE jobservice.job_type_settings (
    type       text PRIMARY KEY,
    schema     json,                     -- null: that of the handlers holds
    defaults   json NOT NULL,
    revision   int NOT NULL,
    updated_at timestamptz NOT NULL
);

-- The schemas of what handlers take, as the workers tell them. Versions of a handler run beside each other while they are rolled out, so there may be several of a type.
CREATE TABLE jobservice.handler_schemas (
    type          text NOT NULL,
    hash          text NOT NULL,
    schema        json NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    PRIMARY KEY (type, hash)
);
