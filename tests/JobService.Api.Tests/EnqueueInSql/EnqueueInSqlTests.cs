using CsCheck;
using Npgsql;

namespace JobService.Api.Tests.EnqueueInSql;

/// <summary>A job that is enqueued in SQL is the job that the API would have made, and what the one refuses the other refuses in the same words.</summary>
public sealed class EnqueueInSqlTests(ApiServiceWithoutWorker api) : IClassFixture<ApiServiceWithoutWorker>
{
    // With the values known when a statement is planned, what can be computed of them is, ahead of any condition on them; otherwise it isn't.
    [Theory]
    [InlineData("force_custom_plan")]
    [InlineData("force_generic_plan")]
    public async Task Each_request_is_stored_or_refused_as_the_API_does_it(string planning)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(api.Database.ConnectionString) { Options = $"-c plan_cache_mode={planning}" }.ConnectionString);
        var ways = new BothWays(api, database);
        var differences = new List<string>();
        foreach (var job in EnqueueCases.All())
        {
            if (await ways.CompareAsync(job) is { } difference)
                differences.Add(difference);
        }

        Assert.True(differences.Count == 0, string.Concat(differences));
    }

    [Fact]
    public Task Whatever_is_put_together_is_too()
    {
        var ways = new BothWays(api);
        return EnqueueCases.Some.SampleAsync(
            async job =>
            {
                var difference = await ways.CompareAsync(job, isMixed: true);
                Assert.True(difference is null, difference);
            },
            iter: 500,
            threads: 1);
    }
}
