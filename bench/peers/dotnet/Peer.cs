using System.Diagnostics;
using System.Text.Json;
using Npgsql;

/// <summary>What the .NET peers share: the way to PostgreSQL, the payload, waiting and printing. A peer's own settings are its own.</summary>
internal static class Peer
{
    private const int PayloadBytes = 200;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    /// <summary>The connection string of BENCH_POSTGRES, a libpq URL, which Npgsql does not read itself.</summary>
    public static string ConnectionString { get; } = FromUrl(new Uri(
        Environment.GetEnvironmentVariable("BENCH_POSTGRES")
        ?? throw new InvalidOperationException("BENCH_POSTGRES is not set: postgres://user:password@host:port/database")));

    /// <summary>An object whose JSON is exactly 200 bytes.</summary>
    public static Payload Payload { get; } = MakePayload();

    public static async Task<int> Run(
        string[] args, Func<Task> prepare, Func<int, Task<double>> fill, Func<int, Task<double>> drain, Func<int, Task<double[]>> latency)
    {
        try
        {
            switch (args)
            {
                case ["prepare"]:
                    await prepare();
                    Print(new { });
                    return 0;
                case ["fill", var n] when int.Parse(n) is var jobs:
                    Print(new { jobs, seconds = await fill(jobs) });
                    return 0;
                case ["drain", var n] when int.Parse(n) is var jobs:
                    Print(new { jobs, seconds = await drain(jobs) });
                    return 0;
                case ["latency", var n] when await latency(int.Parse(n)) is var ms:
                    Array.Sort(ms);
                    Print(new { p50 = Quantile(ms, 0.50), p95 = Quantile(ms, 0.95), p99 = Quantile(ms, 0.99) });
                    return 0;
                default:
                    await Console.Error.WriteLineAsync("usage: run prepare | fill N | drain N | latency N");
                    return 2;
            }
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync(failure.ToString());
            return 1;
        }
    }

    /// <summary>Waits until <paramref name="reached"/>, asking every few milliseconds; fails when <paramref name="progress"/> stands still.</summary>
    public static async Task WaitFor(Func<Task<bool>> reached, Func<long> progress)
    {
        long seen = -1;
        var since = Stopwatch.StartNew();
        while (!await reached())
        {
            if (progress() is var now && now != seen)
            {
                seen = now;
                since.Restart();
            }
            else if (since.Elapsed > Stall)
            {
                throw new TimeoutException($"Nothing moved for {Stall.TotalSeconds:0} s, at {seen}.");
            }

            await Task.Delay(2);
        }
    }

    public static async Task<long> Count(this NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new InvalidOperationException(otherwise);
    }

    private static double Quantile(double[] sorted, double q) => sorted[(int)Math.Ceiling(q * sorted.Length) - 1];

    private static void Print(object result) => Console.WriteLine(JsonSerializer.Serialize(result));

    private static Payload MakePayload()
    {
        var frame = JsonSerializer.SerializeToUtf8Bytes(new Payload("")).Length;
        return new Payload(new string('x', PayloadBytes - frame));
    }

    private static string FromUrl(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = url.AbsolutePath.TrimStart('/'),
            // Room for every worker and client at once, below PostgreSQL's own limit of 100.
            MaxPoolSize = 90,
            // npgsql.org/doc/prepare.html: prepares what a program repeats. It took a tenth off the CPU time of a Hangfire job and a
            // quarter off a Quartz one (2 shared cores, PostgreSQL 15, November 2026).
            MaxAutoPrepare = 100,
        }.ConnectionString;
    }
}

/// <summary>The argument of every job.</summary>
public sealed record Payload(string Data);
