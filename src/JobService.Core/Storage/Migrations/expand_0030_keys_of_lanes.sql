-- A lane holds the keys that its jobs name, and no others: those of its queue and its type, which have a row once a limit is set for them, are added by whoever claims. So lanes of a queue or a type share no
-- row, and a transaction that makes the first of them holds up none of the others. Lanes from before hold these keys also, which does no harm.
CREATE OR REPLACE FUNCTION jobservice.intern_limit_lanes(queue_ids int[], type_ids int[], named text[]) RETURNS void
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    -- Nobody sets a limit meanwhile, so that it is not missed by a key that is new.
    PERFORM pg_advisory_xact_lock_shared(1785684577, -3);
    PERFORM jobservice.settle_limit_keys(ARRAY(
        SELECT DISTINCT k.key FROM unnest(named) AS n, unnest(n::text[]) AS k(key)
        WHERE NOT EXISTS (SELECT FROM jobservice.limit_keys e WHERE e.key = k.key)));
    INSERT INTO jobservice.limit_lanes (queue_id, type_id, keys, key_ids)
    SELECT DISTINCT g.queue_id, g.type_id, g.keys::text[], ARRAY(SELECT k.id FROM jobservice.limit_keys k WHERE k.key = ANY (g.keys::text[]) ORDER BY k.id)
    FROM unnest(queue_ids, type_ids, named) AS g(queue_id, type_id, keys)
    WHERE NOT EXISTS (SELECT FROM jobservice.limit_lanes l WHERE l.queue_id = g.queue_id AND l.type_id = g.type_id AND l.keys = g.keys::text[])
    ORDER BY 1, 2, 3
    ON CONFLICT (queue_id, type_id, keys) DO NOTHING;
END $$;

-- The same within the transaction of a caller, which can't keep limits from being set: the keys are settled later.
CREATE OR REPLACE FUNCTION jobservice.intern_limit_lane(of_queue int, of_type int, named text[]) RETURNS int
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    number int;
BEGIN
    IF cardinality(named) > 0 THEN
        number := (SELECT l.id FROM jobservice.limit_lanes l WHERE l.queue_id = of_queue AND l.type_id = of_type AND l.keys = named);
        IF number IS NULL THEN
            INSERT INTO jobservice.limit_keys (key, is_settled)
            SELECT DISTINCT k.key, false FROM unnest(named) AS k(key)
            WHERE NOT EXISTS (SELECT FROM jobservice.limit_keys e WHERE e.key = k.key)
            ORDER BY k.key ON CONFLICT (key) DO NOTHING;
            INSERT INTO jobservice.limit_lanes (queue_id, type_id, keys, key_ids)
            VALUES (of_queue, of_type, named, ARRAY(SELECT k.id FROM jobservice.limit_keys k WHERE k.key = ANY (named) ORDER BY k.id))
            ON CONFLICT (queue_id, type_id, keys) DO NOTHING;
            number := (SELECT l.id FROM jobservice.limit_lanes l WHERE l.queue_id = of_queue AND l.type_id = of_type AND l.keys = named);
        END IF;
    END IF;
    RETURN number;
END $$;
