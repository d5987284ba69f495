using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Security;

/// <summary>With keys, nothing is done for whoever has none.</summary>
public sealed class KeyTests(ApiServiceWithKeys api) : IClassFixture<ApiServiceWithKeys>
{
    private const string Alice = $"Authorization: Bearer {ApiServiceWithKeys.AliceKey}";
    private const string Bob = $"Authorization: Bearer {ApiServiceWithKeys.BobKey}";

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer ")]
    [InlineData("Bearer alice")]
    [InlineData("Bearer alice-0123456789-0123456789-0123456789x")]
    [InlineData("Basic YWxpY2U6MDEyMzQ1Njc4OQ==")]
    [InlineData("alice-0123456789-0123456789-0123456789")]
    public async Task A_call_without_a_valid_key_is_refused(string? authorization)
    {
        string[] headers = authorization is null ? [] : [$"Authorization: {authorization}"];

        foreach (var path in new[] { Calls.Jobs, $"{Calls.Jobs}/nothing", "/api/v1/workers", "/", "/nowhere" })
        {
            var answer = (await api.GetAsync(path, headers)).Problem(401, "unauthorized");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }

        (await api.PostAsync(Calls.Jobs, """{"type":"without.key"}""", headers)).Problem(401, "unauthorized");
        Assert.Empty((await api.GetAsync($"{Calls.Jobs}?type=without.key", Alice)).With(200).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/problems/unauthorized")]
    [InlineData("/swagger/v1/swagger.json")]
    [InlineData("/swagger/index.html")]
    public async Task Health_and_documents_need_no_key(string path) => (await api.GetAsync(path)).With(200);

    [Fact]
    public async Task The_timeline_names_who_did_it()
    {
        var job = (await api.PostAsync(Calls.Jobs, """{"type":"nobody.does"}""", Alice)).With(201);
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", """{"reason":"not needed"}""", Bob)).With(200);

        var timeline = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/timeline", Alice)).With(200).Json.GetProperty("items").EnumerateArray();
        Assert.Equal(
            ["created by alice", "cancelled by bob"],
            timeline.Select(item => $"{item.GetProperty("what")} by {item.GetProperty("by")}"));
    }

    [Fact]
    public async Task An_idempotency_key_is_its_callers_own()
    {
        const string body = """{"type":"nobody.does"}""";
        var first = await api.EnqueueAsync(body, Alice, "Idempotency-Key: one");

        Assert.NotEqual(first.Id, (await api.EnqueueAsync(body, Bob, "Idempotency-Key: one")).Id);
        Assert.Equal(first.Id, (await api.EnqueueAsync(body, Alice, "Idempotency-Key: one")).Id);
    }
}
