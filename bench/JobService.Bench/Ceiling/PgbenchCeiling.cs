using System.Diagnostics;
using System.Globalization;
using JobService.Bench.Cluster;
using JobService.Bench.Measuring;
using JobService.Core.Storage;
using Npgsql;

namespace JobService.Bench.Ceiling;

/// <summary>
/// What PostgreSQL itself can do with the statements of a drain: pgbench claims a batch and ends the one before it, in one transaction,
/// with nothing in between. It reads no bodies, runs no handlers and keeps no lease.
/// </summary>
internal static class PgbenchCeiling
{
    private const int Batch = 1_000;
    private const int Clients = 2;

    /// <summary>Jobs a second.</summary>
    public static async Task<double> DrainAsync(BenchCluster cluster, int jobs)
    {
        await using var database = await cluster.CreateDatabaseAsync("ceiling");
        await database.FillAsync(jobs);
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script());
            var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);

            // One batch more than there are, so that the last one is ended too.
            var rounds = (jobs / Batch / Clients) + 1;
            var started = Stopwatch.GetTimestamp();
            await ChildProcess.OutputAsync(
                "pgbench",
                ["-n", "-M", "prepared", "-c", Text(Clients), "-j", "1", "-t", Text(rounds), "-D", "after=0", "-D", "ids={}", "-D", "tokens={}", "-f", script, address.Database!],
                ("PGHOST", address.Host!), ("PGPORT", Text(address.Port)), ("PGUSER", address.Username!), ("PGPASSWORD", address.Password!),
                ("PGOPTIONS", PostgresDatabase.HotSettings));
            return jobs / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            File.Delete(script);
        }
    }

    /// <summary>The service's own statements, with pgbench's variables for their parameters and aggregates for their rows.</summary>
    private static string Script()
    {
        var complete = Fill("complete_jobs", ":ids", ":tokens")
            .Replace("SELECT id, lease_token FROM taken", "SELECT count(*) AS ended FROM taken", StringComparison.Ordinal);
        var claim = Fill("claim_jobs", "'{1}'", "'{4}'", "ARRAY[:after]", $"'{{{Text(Batch)}}}'", "'{1}'", Text(Batch), "1", "NULL", "NULL");
        claim = claim[..claim.LastIndexOf("SELECT head.head_seq", StringComparison.Ordinal)]
            + "SELECT coalesce(array_agg(id), '{}') AS ids, coalesce(array_agg(lease_token), '{}') AS tokens, coalesce(max(lease_token), :after) AS after FROM claims";
        return $"BEGIN;\n{complete} \\gset\n{claim} \\gset\nCOMMIT;\n";
    }

    private static string Fill(string statement, params string[] arguments)
    {
        var body = string.Join('\n', SqlText.Read(statement).Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal)));
        for (var i = arguments.Length; i > 0; i--)
            body = body.Replace($"${Text(i)}", arguments[i - 1], StringComparison.Ordinal);
        return body.Trim();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
