-- move_clock: the database's clock goes on from as many milliseconds ahead of the real one as $1 says.
-- {0} milliseconds bigint (a function's body takes no parameter)
CREATE OR REPLACE FUNCTION jobservice.now() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN statement_timestamp() + interval '{0} milliseconds'
