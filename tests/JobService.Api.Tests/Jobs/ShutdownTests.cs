using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

public sealed class ShutdownTests
{
    [Fact]
    public async Task When_the_service_begins_to_stop_whoever_waits_is_answered_and_streams_end()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var api = new ApiService();
        await api.InitializeAsync();
        var watched = await api.EnqueueAsync("""{"type":"nobody.does"}""");
        using var stream = await api.Client.GetStreamAsync(new Uri($"{Calls.Jobs}/{watched.Id}/events", UriKind.Relative), cancellation);
        using var reader = new StreamReader(stream);
        Assert.Equal("event: queued", await reader.ReadLineAsync(cancellation));

        // Once the job is there, its caller waits or is about to.
        var waiting = api.PostAsync(Calls.Jobs, """{"type":"nobody.does.either"}""", Calls.UntilFinal);
        while (!waiting.IsCompleted && (await api.GetAsync($"{Calls.Jobs}?type=nobody.does.either")).With(200).Json.GetProperty("items").GetArrayLength() == 0)
            await Task.Yield();
        api.Stop();

        var answer = (await waiting).With(202);
        Assert.Equal($"{Calls.Jobs}/{answer.Id}", answer.Headers.Location!.ToString());
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.DoesNotContain("event:", await reader.ReadToEndAsync(cancellation), StringComparison.Ordinal);
    }
}
