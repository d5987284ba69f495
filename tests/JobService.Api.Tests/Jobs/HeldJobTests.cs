using JobService.Api.Tests.Schedules;
using JobService.Api.Tests.Service;
using Npgsql;

namespace JobService.Api.Tests.Jobs;

/// <summary>Calls about what the open transaction of somebody else holds: they say so soon, change nothing, and work once it has ended.</summary>
public sealed class HeldJobTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task A_job_that_a_transaction_has_replaced_is_not_waited_for_long()
    {
        var id = (await api.EnqueueAsync("""{"type":"nobody.does","unique":{"key":"held"},"delay":"1h"}""")).Id;
        (string Method, string Path, string? Body)[] calls =
        [
            ("POST", $"{Calls.Jobs}/{id}/cancel", null),
            ("PATCH", $"{Calls.Jobs}/{id}", """{"priority":9}"""),
            ("PATCH", $"{Calls.Jobs}/{id}", """{"queue":"held.other"}"""),
            ("DELETE", $"{Calls.Jobs}/{id}", null),
        ];

        await HoldAsync("""SELECT jobservice.enqueue('nobody.does', 'null', '{"unique": {"key": "held", "onConflict": "replace"}, "delay": "2h"}')""", async () =>
        {
            foreach (var answer in await Task.WhenAll(calls.Select(call => api.SendAsync(call.Method, call.Path, call.Body))))
                Held(answer, $"job {id}");
        });

        Assert.Equal("scheduled", (await api.GetAsync($"{Calls.Jobs}/{id}")).With(200).Word("state"));
        (await api.SendAsync("PATCH", $"{Calls.Jobs}/{id}", """{"priority":9}""")).With(200);
        (await api.PostAsync($"{Calls.Jobs}/{id}/cancel", body: null)).With(200);
    }

    [Fact]
    public async Task Nor_is_one_that_is_final()
    {
        var plain = (await api.RunAsync("""{"type":"demo.echo"}""")).Id;
        var unique = (await api.RunAsync("""{"type":"demo.echo","unique":{"key":"held.final"}}""")).Id;

        await HoldAsync($"SELECT FROM jobservice.finished_jobs WHERE id IN ('{plain}', '{unique}') FOR UPDATE", async () =>
        {
            var answers = await Task.WhenAll(
                api.PostAsync($"{Calls.Jobs}/{plain}/retry", body: null), api.PostAsync($"{Calls.Jobs}/{unique}/retry", body: null), api.SendAsync("DELETE", $"{Calls.Jobs}/{plain}/payload", body: null));
            Held(answers[0], $"job {plain}");
            Held(answers[1], $"job {unique}");
            Held(answers[2], $"job {plain}");
        });

        (await api.PostAsync($"{Calls.Jobs}/{unique}/retry", body: null)).With(200);
    }

    [Fact]
    public async Task Nor_is_a_running_one()
    {
        var id = (await api.EnqueueAsync("""{"type":"demo.sleep","payload":{"duration":"1h"},"timeout":"2h"}""")).Id;
        await api.UntilAsync(id, "running");

        await HoldAsync(
            $"SELECT FROM jobservice.running_jobs WHERE id = '{id}' FOR UPDATE",
            async () => Held(await api.PostAsync($"{Calls.Jobs}/{id}/cancel", body: null), $"job {id}"));

        (await api.PostAsync($"{Calls.Jobs}/{id}/cancel", body: null)).With(202);
        await api.FinalAsync(id);
    }

    [Fact]
    public async Task Any_number_of_such_calls_leaves_room_for_others()
    {
        var id = (await api.EnqueueAsync("""{"type":"nobody.does","delay":"1h"}""")).Id;

        await HoldAsync($"SELECT FROM jobservice.scheduled_jobs WHERE id = '{id}' FOR UPDATE", async () =>
        {
            var held = Enumerable.Range(0, 40).Select(_ => api.PostAsync($"{Calls.Jobs}/{id}/cancel", body: null)).ToArray();
            await api.EnqueueAsync("""{"type":"nobody.does","delay":"1h"}""");
            Assert.All(await Task.WhenAll(held), answer => Held(answer, $"job {id}"));
        });
    }

    [Fact]
    public async Task Nor_is_a_sequence_a_schedule_or_a_limit()
    {
        await api.RunAsync("""{"type": "demo.fail", "payload": {}, "retry": {"maxAttempts": 1}, "sequence": "held.sequence"}""");
        var next = (await api.EnqueueAsync("""{"type": "demo.echo", "sequence": "held.sequence"}""")).Id;
        while ((await api.GetAsync("/api/v1/sequences/held.sequence")).With(200).Word("heldAt") is null)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        (await api.SendAsync("PUT", $"{ScheduleCalls.Schedules}/held.schedule", """{"every":"1h","job":{"type":"nobody.does"}}""")).With(201);
        (await api.SendAsync("PUT", "/api/v1/limits/held:limit", """{"maxRunning":1}""")).With(201);
        (string Method, string Path, string? Body)[] calls =
        [
            ("POST", "/api/v1/sequences/held.sequence/resume", null),
            ("PUT", $"{ScheduleCalls.Schedules}/held.schedule", """{"every":"2h","job":{"type":"nobody.does"}}"""),
            ("POST", $"{ScheduleCalls.Schedules}/held.schedule/trigger", null),
            ("DELETE", $"{ScheduleCalls.Schedules}/held.schedule", null),
        ];

        await HoldAsync(
            """
            SELECT FROM jobservice.sequences WHERE key = 'held.sequence' FOR UPDATE;
            SELECT FROM jobservice.schedules WHERE name = 'held.schedule' FOR UPDATE;
            SELECT FROM jobservice.limits WHERE pattern = 'held:limit' FOR UPDATE
            """,
            async () =>
            {
                foreach (var answer in await Task.WhenAll(calls.Select(call => api.SendAsync(call.Method, call.Path, call.Body))))
                    Held(answer, "what this call is about");
                var limit = (await api.SendAsync("PUT", "/api/v1/limits/held:limit", """{"maxRunning":2}""")).Problem(503, "in-use");
                Assert.DoesNotContain("away", limit.Word("detail"), StringComparison.Ordinal);
            });

        (await api.PostAsync("/api/v1/sequences/held.sequence/resume", body: null)).With(200);
        await api.FinalAsync(next);
    }

    [Fact]
    public async Task Whoever_edits_any_version_is_not_told_of_another_edit_that_came_first()
    {
        var id = (await api.EnqueueAsync("""{"type":"nobody.does","unique":{"key":"held.edited"},"delay":"1h"}""")).Id;
        await using var connection = await api.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        const string replace = """SELECT jobservice.enqueue('nobody.does', 'null', '{"unique": {"key": "held.edited", "onConflict": "replace"}, "delay": "2h"}')""";
        await using (var edit = new NpgsqlCommand(replace, connection))
            await edit.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var edited = api.SendAsync("PATCH", $"{Calls.Jobs}/{id}", """{"priority":9}""", "If-Match: *");
        while (!edited.IsCompleted
            && await api.Database.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(9, (await edited).With(200).Json.GetProperty("priority").GetInt32());
    }

    private static void Held(Answer answer, string what)
    {
        answer.Problem(503, "in-use");
        Assert.StartsWith($"A transaction that is still open holds {what}", answer.Word("detail"), StringComparison.Ordinal);
        Assert.Equal("1", answer.Headers.RetryAfter?.ToString());
    }

    private async Task HoldAsync(string sql, Func<Task> meanwhile)
    {
        await using var connection = await api.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var hold = new NpgsqlCommand(sql, connection, transaction))
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await meanwhile();
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
    }
}
