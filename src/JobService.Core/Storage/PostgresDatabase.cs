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

    /// <summary>The pool of the hot statements: prepared on their second use, kept alive through silent firewalls.</summary>
    public static NpgsqlDataSource CreateHot(string connectionString, ServerNames server)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            KeepAlive = 30,
            TcpKeepAlive = true,
            Options = HotSettings,
            PersistSecurityInfo = true,
            ApplicationName = "JobService",
        };
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).UsePhysicalConnectionInitializer(server.Meet, server.MeetAsync).Build();
    }

    /// <summary>The pool of everything people ask for, planned by PostgreSQL as it sees fit and stopped when it takes too long.</summary>
    public static string ForReading(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        KeepAlive = 30,
        TcpKeepAlive = true,
        MaxPoolSize = 20,
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

    /// <summary>A connection of its own for changes to the schema, which give way rather than make others wait.</summary>
    public static string WithLockTimeout(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Options = "-c lock_timeout=5s",
        Pooling = false,
        MaxAutoPrepare = 0,
        ApplicationName = "JobService maintenance",
    }.ConnectionString;
}
