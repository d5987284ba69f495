-- A day's partitions are built apart and then attached. CREATE TABLE … PARTITION OF needs the parent for itself: behind one
-- long reader it waited, and every enqueue waited behind it. ATTACH goes on beside readers and writers.
CREATE OR REPLACE FUNCTION jobservice.create_partitions(day date) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    child text;
BEGIN
    -- One process at a time: two that look at once would both find the day missing.
    PERFORM pg_advisory_xact_lock(1785684577);
    FOREACH parent IN ARRAY ARRAY['jobs', 'finished_jobs', 'attempts', 'job_events'] LOOP
        child := parent || '_' || to_char(day, 'YYYYMMDD');
        IF to_regclass(format('jobservice.%I', child)) IS NULL THEN
            EXECUTE format('CREATE TABLE jobservice.%I (LIKE jobservice.%I INCLUDING ALL)', child, parent);
            EXECUTE format('ALTER TABLE jobservice.%I ATTACH PARTITION jobservice.%I FOR VALUES FROM (%L) TO (%L)', parent, child,
                jobservice.first_id(day::timestamp AT TIME ZONE 'UTC'), jobservice.first_id((day + 1)::timestamp AT TIME ZONE 'UTC'));
        END IF;
    END LOOP;
END $$;
