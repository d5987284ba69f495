using System.Globalization;
using System.Text.RegularExpressions;
using JobService.Bench.Children;
using JobService.Bench.Cluster;
using JobService.Bench.Measuring;
using JobService.Core.Jobs;
using JobService.Core.Storage;
using Npgsql;

namespace JobService.Bench.Ceiling;

/// <summary>What PostgreSQL itself can do with the service's own statements, sent by pgbench with nothing in between.</summary>
internal static partial class PgbenchCeiling
{
    private const int ClaimBatch = 1_000;
    private const int ClaimClients = 2;

    /// <summary>As many as a streamed enqueue puts into one commit.</summary>
    private const int EnqueueBatch = 500;
    private const int EnqueueClients = 4;

    /// <summary>Jobs a second, claimed and ended: each statement ends the batch of the one before it. No bodies, no handlers, no lease.</summary>
    public static async Task<double> DrainAsync(BenchCluster cluster, int jobs)
    {
        await using var database = await cluster.CreateDatabaseAsync("ceiling");
        await database.FillAsync(jobs);

        // Some more than there are batches, so that the last one is ended too although one client is faster than the other.
        var rounds = (jobs / ClaimBatch * 11 / 10 / ClaimClients) + 5;
        var perSecond = await RunAsync(database, Drain(), ClaimClients, rounds, ("after", "0"), ("ids", "{}"), ("tokens", "{}"));
        var ended = await database.CountAsync("count_ended");
        return ended == jobs ? jobs * perSecond / (rounds * ClaimClients) : throw new InvalidOperationException($"pgbench ended {ended} of {jobs} jobs.");
    }

    /// <summary>Jobs a second, enqueued by batches.</summary>
    public static async Task<double> EnqueueAsync(BenchCluster cluster, int jobs)
    {
        await using var database = await cluster.CreateDatabaseAsync("ceiling");
        await database.FillAsync(jobs: 0);
        var prefix = JobId.FirstAt(TimeProvider.System.GetUtcNow()).Value.ToString("N")[..16];
        return EnqueueBatch * await RunAsync(database, Enqueue(), EnqueueClients, Math.Max(1, jobs / EnqueueBatch / EnqueueClients), ("prefix", prefix));
    }

    /// <summary>Transactions a second, without the time it takes to connect.</summary>
    private static async Task<double> RunAsync(BenchDatabase database, string statement, int clients, int rounds, params (string Name, string Value)[] variables)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, statement);
            var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            var output = await ChildProcess.OutputAsync(
                "pgbench",
                [
                    "-n", "-M", "prepared", "-c", Text(clients), "-j", "1", "-t", Text(rounds),
                    .. variables.SelectMany(variable => (string[])["-D", $"{variable.Name}={variable.Value}"]), "-f", script, address.Database!,
                ],
                ("PGHOST", address.Host!), ("PGPORT", Text(address.Port)), ("PGUSER", address.Username!), ("PGPASSWORD", address.Password!),
                ("PGOPTIONS", PostgresDatabase.HotSettings));
            return Rate().Match(output) is { Success: true } rate
                ? double.Parse(rate.Groups["rate"].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException(output);
        }
        finally
        {
            File.Delete(script);
        }
    }

    /// <summary>One statement that ends and claims, with pgbench's variables for the parameters and aggregates for the rows.</summary>
    private static string Drain()
    {
        var complete = WithoutSelect(Fill("complete_jobs", ":ids", ":tokens"), "SELECT id, lease_token").Replace("taken", "ended", StringComparison.Ordinal).Replace("noted", "told", StringComparison.Ordinal);
        var claim = WithoutSelect(
            Fill("claim_jobs", "'{1}'", "'{4}'", "ARRAY[:after]", $"'{{{Text(ClaimBatch)}}}'", "'{1}'", Text(ClaimBatch), "1", "NULL", "NULL", "1", "'{1}'", $"'{{{Text(ClaimBatch)}}}'", "0", "NULL::smallint", "'{}'", "'{}'", "'{}'", "'{}'",
                "(SELECT max(number) FROM jobservice.lanes)"),
            "SELECT head.head_seq");
        return $"{complete}, {claim["WITH ".Length..]} SELECT coalesce(array_agg(id), '{{}}') AS ids, coalesce(array_agg(seq), '{{}}') AS tokens, coalesce(max(seq), :after) AS after FROM taken \\gset\n";
    }

    private static string Enqueue()
    {
        // A colon before a letter or a number would be a variable of pgbench.
        var payload = System.Text.Encoding.UTF8.GetString(NoopPayload.Bytes(1)).Replace(":1,", ": 1,", StringComparison.Ordinal).Replace("xx\"", "x\"", StringComparison.Ordinal);
        var ids = $"(SELECT array_agg((:prefix::text || lpad(to_hex(:base::bigint + n), 16, '0'))::uuid) FROM generate_series(1, {Text(EnqueueBatch)}) AS n)";
        return "\\set base random(0, 9000000000000000000)\n" + Fill(
            "enqueue_jobs",
            ids, Same("1"), Same("1"), Same("5::smallint"), Same("NULL::timestamptz"), Same("NULL::bigint"), Same("NULL::timestamptz"), Same("NULL::timestamptz"), Same("330000"),
            Same("NULL::uuid"), Same("NULL::text"), Same("NULL::text"), Same("NULL::text"), Same("NULL::jsonb"), Same("NULL::json"), Same("NULL::json"), Same($"'{payload}'::json"),
            Same("NULL::text"), Same("NULL::json"), Same("NULL::int")) + ";\n";

        static string Same(string value) => $"array_fill({value}, ARRAY[{Text(EnqueueBatch)}])";
    }

    private static string Fill(string statement, params string[] arguments)
    {
        var body = string.Join('\n', SqlText.Read(statement).Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal)));
        for (var i = arguments.Length; i > 0; i--)
            body = body.Replace($"${Text(i)}", arguments[i - 1], StringComparison.Ordinal);
        return body.Trim();
    }

    private static string WithoutSelect(string statement, string select) => statement[..statement.LastIndexOf(select, StringComparison.Ordinal)].Trim();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^tps = (?<rate>[0-9.]+) \(without initial connection time\)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Rate();
}
