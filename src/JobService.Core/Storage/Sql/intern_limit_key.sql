-- intern_limit_key: give a limit key its row, if it has none, before a limit is set for it. By itself, ahead of that: a transaction of a caller may hold the key, if it is new.
-- $1 key text
-- index limit_keys_key_key · locks nothing that exists · no rows
INSERT INTO jobservice.limit_keys (key, is_settled) VALUES ($1, false) ON CONFLICT (key) DO NOTHING
