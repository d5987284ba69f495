using JobService.Api.Tests.Service;
using Npgsql;

namespace JobService.Api.Tests.EnqueueInSql;

/// <summary>A job that is enqueued in SQL is one like any other from its commit on.</summary>
public sealed class RunTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task A_worker_runs_it_once_it_is_committed_and_nobody_sees_it_before()
    {
        // Its names are known: a name that an open transaction is the first to use would keep out the job below.
        await api.RunAsync("""{"type":"demo.echo"}""");
        await using var connection = await api.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var enqueue = new NpgsqlCommand("""SELECT jobservice.enqueue('demo.echo', '{"hello": "world"}', '{"tags": {"from": "sql"}}')""", connection, transaction);
        var id = $"{await enqueue.ExecuteScalarAsync(TestContext.Current.CancellationToken)}";
        (await api.GetAsync($"{Calls.Jobs}/{id}")).Problem(404, "not-found");
        await api.RunAsync("""{"type":"demo.echo"}""");
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        var job = await api.FinalAsync(id);

        Assert.Equal(("succeeded", """{"hello":"world"}"""), (job.Word("state"), job.Json.GetProperty("result").GetRawText().Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal("""{"hello": "world"}""", job.Json.GetProperty("payload").GetRawText());
        Assert.Equal(id, (await api.GetAsync($"{Calls.Jobs}?tag=from:sql")).Json.GetProperty("items")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Its_unique_key_and_that_of_the_API_are_one()
    {
        var first = await api.EnqueueAsync("""{"type":"demo.echo","payload":{"user":7.0},"delay":"1h","unique":{"paths":["/user"]}}""");

        Assert.Equal(first.Id, $"{await api.Database.QueryAsync<Guid>("""SELECT jobservice.enqueue('demo.echo', '{"user": 7}', '{"unique": {"paths": ["/user"], "onConflict": "replace"}, "delay": "2h", "priority": 9}')""")}");

        var replaced = (await api.GetAsync($"{Calls.Jobs}/{first.Id}")).With(200);
        Assert.Equal((9, """{"user": 7}""", "scheduled"), (replaced.Json.GetProperty("priority").GetInt32(), replaced.Json.GetProperty("payload").GetRawText(), replaced.Word("state")));
    }
}
