using System.Net.ServerSentEvents;
using System.Text.Json;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

public sealed class EventTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task Changes_are_streamed_until_the_job_is_final()
    {
        var job = await api.EnqueueAsync("""{"type":"demo.echo","payload":{"a":1},"delay":"1h"}""");

        var events = await ReadAsync(job.Id, lastSeen: null, afterFirst: () => api.SendAsync("PATCH", $"{Calls.Jobs}/{job.Id}", """{"runAt":"2026-01-01T00:00:00Z"}"""));

        Assert.Equal(("scheduled", "succeeded"), (events[0].EventType, events[^1].EventType));
        Assert.All(events, one => Assert.Equal(job.Id, one.Data.GetProperty("id").GetString()));
        Assert.All(events, one => Assert.Equal(one.EventType, one.Data.GetProperty("state").GetString()));
        Assert.Equal(1, events[^1].Data.GetProperty("result").GetProperty("a").GetInt32());
    }

    [Fact]
    public async Task Nothing_that_was_seen_is_sent_again()
    {
        var job = await api.RunAsync("""{"type":"demo.echo"}""");
        var last = Assert.Single(await ReadAsync(job.Id, lastSeen: null));

        Assert.Empty(await ReadAsync(job.Id, last.EventId));
        Assert.Single(await ReadAsync(job.Id, "something-older"));
    }

    private async Task<List<SseItem<JsonElement>>> ReadAsync(string id, string? lastSeen, Func<Task>? afterFirst = null)
    {
        var stop = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Calls.Jobs}/{id}/events");
        request.Headers.Add("Accept", "text/event-stream");
        if (lastSeen is not null)
            request.Headers.Add("Last-Event-ID", lastSeen);
        using var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);

        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var events = new List<SseItem<JsonElement>>();
        await foreach (var one in SseParser.Create(stream, (_, json) => JsonElement.Parse(json)).EnumerateAsync(stop))
        {
            events.Add(one);
            if (events.Count == 1 && afterFirst is not null)
                await afterFirst();
        }

        return events;
    }
}
