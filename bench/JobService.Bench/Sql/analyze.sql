-- analyze: what autovacuum would analyze, so not the tables that tell it not to.
DO $$ DECLARE analyzed oid; BEGIN
    FOR analyzed IN
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
          AND NOT 'autovacuum_analyze_threshold=2000000000' = ANY (coalesce(c.reloptions, '{}'))
    LOOP
        EXECUTE format('ANALYZE %s', analyzed::regclass);
    END LOOP;
END $$
