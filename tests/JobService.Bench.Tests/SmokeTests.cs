using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace JobService.Bench.Tests;

/// <summary>Whether the bench still runs; its figures at this scale are of no worth.</summary>
public sealed class SmokeTests
{
    private static readonly string[] Contests =
    [
        "drain",
        "drain under a held snapshot",
        "drain under conditions",
        "drain beside limits",
        "memory while a backlog drains",
        "POST, one job a request",
        "bulk enqueue, 4 clients",
        "enqueue and drain at once",
        "start latency, idle",
        "start after a schedule's time",
    ];

    /// <summary>Those that need no peer.</summary>
    private static readonly string[] Goals =
    [
        "drain against the pgbench ceiling of the same statements",
        "durable POST against an empty POST, 64 connections",
        "durable POST against an empty POST, 256 connections",
        "durable POST against one INSERT a request, 256 connections",
        "drain, held snapshot, against the plain drain",
        "drain, 3 days of history, against the plain drain",
        "drain, 1,000 scheduled, against the plain drain",
        "drain, schedules due, 100 at once of 1,000, against the plain drain",
        "drain, 100 limits, against the plain drain",
        "drain, 1,000 jobs that 100 limits hold, against the plain drain",
        "drain, the first of 60,000, against the plain drain",
        "drain of 500 of a backlog of 60,000 against one of 500",
        "bytes allocated a job in the worker",
        "memory at the end of a backlog against a quarter in",
        "ms after its time that a schedule's job starts, 10 a second of 1,000, p99",
    ];

    [Fact]
    public async Task A_run_measures_everything_and_leaves_nothing_behind()
    {
        await using var run = BenchRun.Start();
        var lines = (await run.Output.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd().Split('\n');
        var exitCode = await run.EndAsync(TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, $"It ended with {exitCode}: {await run.Errors}{string.Join('\n', lines)}");
        Assert.False(Directory.Exists(run.Folder));
        Assert.All(Contests, contest => Assert.Contains(lines, line => line.StartsWith($"{contest}, round 1 of 1: ", StringComparison.Ordinal)));

        using var document = JsonDocument.Parse(lines[^1]);
        Assert.Empty(document.RootElement.GetProperty("failures").EnumerateArray());
        JsonElement[] figures = [.. document.RootElement.GetProperty("figures").EnumerateArray()];
        Assert.Equal(Contests, figures.Select(figure => figure.GetProperty("contest").GetString()!).Distinct(StringComparer.Ordinal));
        Assert.All(
            figures.SelectMany(figure => figure.GetProperty("samples").EnumerateArray(), (figure, sample) => (Figure: figure.ToString(), Value: sample.GetDouble())),
            sample => Assert.True(double.IsPositive(sample.Value) && sample.Value is > 0 and < double.PositiveInfinity, sample.Figure));
        JsonElement[] ratios = [.. document.RootElement.GetProperty("ratios").EnumerateArray()];
        Assert.Equal(Goals, ratios.Select(ratio => ratio.GetProperty("goal").GetProperty("text").GetString()!));
        Assert.All(ratios, ratio => Assert.True(ratio.GetProperty("median").GetDouble() > 0, ratio.ToString()));
    }

    [Fact]
    public async Task A_run_that_is_interrupted_leaves_nothing_behind()
    {
        await using var run = BenchRun.Start("drain");
        await run.Output.ReadLineAsync(TestContext.Current.CancellationToken);
        var server = await File.ReadAllLinesAsync(Path.Combine(run.Folder, "postgres", "cluster", "postmaster.pid"), TestContext.Current.CancellationToken);
        var port = int.Parse(server[3], CultureInfo.InvariantCulture);

        await run.InterruptAsync();
        var exitCode = await run.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, exitCode);
        Assert.False(Directory.Exists(run.Folder));
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken).AsTask());
    }
}
