using JobService.Core.Storage.Stores;
using Npgsql;

namespace JobService.Core.Storage;

/// <summary>How connections to PostgreSQL are made, one way for each kind of work.</summary>
internal static class PostgresDatabase
{
    /// <summary>
    /// The hot tables have no statistics, on purpose: what they would describe is gone by the time they are read. So the planner
    /// is told what is always right for these statements, that an index and a nested loop beat everything else, and to plan each once.
    /// </summary>
    public const string HotSettings =
        "-c jit=off -c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan";

    /// <summary>Each loop of a process uses one or two connections at a time; these are enough for all of them at once.</summary>
    private const int LoopConnections = 14;

    /// <summary>More than there are: none of them pushes out another.</summary>
    private const int MaxStatements = 200;

    /// <summary>What a burst of calls has opened is given back soon: the server has other clients.</summary>
    private const int IdleSeconds = 60;

    /// <summary>The pool of the statements that calls wait for. Bounded, so that a burst of them waits here rather than take every connection of the server.</summary>
    public static NpgsqlDataSource CreateHot(string connectionString, ServerNames server, int maxConnections = DatabaseOptions.DefaultMaxConnections) =>
        Create(connectionString, server, maxConnections, "JobService");

    /// <summary>The pool of the loops that claim, keep leases, promote and prune: apart, so that no number of calls can starve them.</summary>
    public static NpgsqlDataSource CreateForLoops(string connectionString, ServerNames server) =>
        Create(connectionString, server, LoopConnections, "JobService loops");

    /// <summary>The pool of everything people ask for, planned by PostgreSQL as it sees fit and stopped when it takes too long.</summary>
    public static string ForReading(string connectionString, int maxConnections = DatabaseOptions.DefaultMaxConnections) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        KeepAlive = 30,
        TcpKeepAlive = true,
        MaxPoolSize = maxConnections,
        ConnectionIdleLifetime = IdleSeconds,
        Options = "-c jit=off -c statement_timeout=20s",
        ApplicationName = "JobService reading",
    }.ConnectionString;

    /// <summary>A connection that waits for signals, and notices within half a minute when the other end is gone.</summary>
    public static string ForListening(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        KeepAlive = 15,
        Pooling = false,
        MaxAutoPrepare = 0,
        ApplicationName = "JobService signals",
    }.ConnectionString;

    /// <summary>
    /// A connection of its own for changes to the schema and what must be known before them. It gives way rather than make others wait for
    /// a lock, and has all the time it needs otherwise: nobody waits for it. The planner is left to itself: these statements read whole days.
    /// </summary>
    public static string ForMaintenance(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Options = "-c lock_timeout=5s -c statement_timeout=0",
        CommandTimeout = 0,
        Pooling = false,
        MaxAutoPrepare = 0,
        ApplicationName = "JobService maintenance",
    }.ConnectionString;

    /// <summary>
    /// A connection of its own that builds indexes beside everything else: on one processor, and with patience for transactions that began before, since what it has done when it
    /// gives up is done for nothing.
    /// </summary>
    public static string ForIndexing(string connectionString) => new NpgsqlConnectionStringBuilder(ForMaintenance(connectionString))
    {
        Options = "-c lock_timeout=10min -c statement_timeout=0 -c max_parallel_maintenance_workers=0",
        ApplicationName = "JobService indexing",
    }.ConnectionString;

    /// <summary>
    /// Statements are prepared on their second use, and connections kept alive through silent firewalls. No statement leaves anything behind
    /// in its session, so nothing is reset between two uses of it.
    /// </summary>
    private static NpgsqlDataSource Create(string connectionString, ServerNames server, int maxConnections, string name)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = MaxStatements,
            AutoPrepareMinUsages = 2,
            KeepAlive = 30,
            TcpKeepAlive = true,
            MinPoolSize = 0,
            MaxPoolSize = maxConnections,
            ConnectionIdleLifetime = IdleSeconds,
            Options = HotSettings,
            NoResetOnClose = true,
            PersistSecurityInfo = true,
            ApplicationName = name,
        };
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).UsePhysicalConnectionInitializer(server.Meet, server.MeetAsync).Build();
    }
}
