using JobService.Api.Tests.Service;
using JobService.Core.Storage.Migrations;

namespace JobService.Api.Tests.Health;

public sealed class DatabaseAwayTests(ApiServiceOnItsOwnServer api) : IClassFixture<ApiServiceOnItsOwnServer>
{
    [Fact]
    public async Task While_the_database_is_away_callers_are_told_and_afterwards_served()
    {
        (await api.RunAsync("""{"type":"demo.echo","payload":1}""")).With(200);

        await api.Server.CrashAsync();
        foreach (var answer in new[]
        {
            await api.PostAsync(Calls.Jobs, """{"type":"demo.echo","payload":2}"""),
            await api.PostAsync($"{Calls.Jobs}/bulk", """{"jobs":[{"type":"demo.echo"}]}"""),
            await api.GetAsync(Calls.Jobs),
            await api.GetAsync("/api/v1/workers"),
        })
        {
            answer.Problem(503, "unavailable");
            Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        }

        Assert.Equal("away", (await api.GetAsync("/health/ready")).With(503).Word("database"));
        (await api.GetAsync("/health/live")).With(200);

        await api.Server.StartAgainAsync();
        (await api.GetAsync("/health/ready")).With(200);
        Assert.Equal("succeeded", (await api.RunAsync("""{"type":"demo.echo","payload":3}""")).Word("state"));
    }

    [Fact]
    public async Task A_stream_ends_like_any_other_when_the_database_goes_away_and_is_resumed()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var job = await api.EnqueueAsync("""{"type":"nobody.does"}""");
        var path = new Uri($"{Calls.Jobs}/{job.Id}/events", UriKind.Relative);
        using var stream = await api.Client.GetStreamAsync(path, cancellation);
        using var reader = new StreamReader(stream);
        Assert.Equal("event: queued", await reader.ReadLineAsync(cancellation));

        await api.Server.CrashAsync();
        var rest = await reader.ReadToEndAsync(cancellation);
        await api.Server.StartAgainAsync();
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", null)).With(200);

        var seen = rest.Split('\n').Single(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..];
        var resumed = (await api.GetAsync(path.ToString(), $"Last-Event-ID: {seen}")).With(200).Text;
        Assert.StartsWith("event: cancelled", resumed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_is_missing_is_told()
    {
        await using var unmigrated = new ApiServiceWithoutSchema();
        await unmigrated.InitializeAsync();

        Assert.Equal("not-migrated", (await unmigrated.GetAsync("/health/ready")).With(503).Word("database"));
    }

    [Fact]
    public async Task A_schema_of_an_earlier_version_is_told_until_it_is_migrated()
    {
        await using var early = new ApiServiceOnEarlierSchema();
        await early.InitializeAsync();

        var ready = (await early.GetAsync("/health/ready")).With(503);
        Assert.Equal(("not-ready", "not-migrated"), (ready.Word("status"), ready.Word("database")));
        foreach (var answer in new[]
        {
            await early.PostAsync(Calls.Jobs, """{"type":"demo.echo"}"""),
            await early.PostAsync($"{Calls.Jobs}/bulk", """{"jobs":[{"type":"demo.echo"}]}"""),
        })
        {
            Assert.Equal("The database is not migrated to this version of the service; nothing was stored.", answer.Problem(503, "unavailable").Word("detail"));
            Assert.NotNull(answer.Headers.RetryAfter?.Delta);
        }

        Assert.Equal("The database is not migrated to this version of the service.", (await early.GetAsync(Calls.Jobs)).Problem(503, "unavailable").Word("detail"));

        await DatabaseMigrator.MigrateAsync(early.Database.ConnectionString, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("ready", (await early.GetAsync("/health/ready")).With(200).Word("status"));
        await early.EnqueueAsync("""{"type":"demo.echo"}""");
    }

    [Fact]
    public async Task A_schema_of_a_later_version_is_ready()
    {
        await using var late = new ApiServiceOnLaterSchema();
        await late.InitializeAsync();

        Assert.Equal("ready", (await late.GetAsync("/health/ready")).With(200).Word("status"));
    }
}
