-- listen: hear the signals of other processes on this connection.
-- no parameters · locks nothing · no rows
LISTEN jobservice
