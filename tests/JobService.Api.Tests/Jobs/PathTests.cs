using System.Net;
using System.Text;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

/// <summary>Methods, media types and heads of requests that a path does not take.</summary>
public sealed class PathTests(ApiService api) : IClassFixture<ApiService>
{
    [Theory]
    [InlineData("GET", "/bulk", "POST")]
    [InlineData("PATCH", "/bulk", "POST")]
    [InlineData("DELETE", "/validate", "POST")]
    [InlineData("OPTIONS", "/validate", "POST")]
    [InlineData("PUT", "", "GET, HEAD, POST")]
    [InlineData("PUT", "/0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f", "DELETE, GET, HEAD, PATCH")]
    [InlineData("GET", "/0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f/cancel", "POST")]
    [InlineData("PUT", "/0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f/events", "GET, HEAD")]
    public async Task Another_method_is_told_which_there_are(string method, string path, string allowed)
    {
        var answer = (await api.SendAsync(method, Calls.Jobs + path, body: null)).Problem(405, "method-not-allowed");

        Assert.Equal(allowed, string.Join(", ", answer.ContentHeaders.Allow.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("application/x-ndjson; charset=utf-16", null, null, 415)]
    [InlineData("application/x-ndjson", "gzip", null, 415)]
    [InlineData("application/x-ndjson", null, "application/json", 406)]
    [InlineData("application/json", null, "application/x-ndjson", 406)]
    [InlineData("application/json; charset=utf-16", null, null, 415)]
    [InlineData("application/json", "gzip", null, 415)]
    public async Task A_bulk_that_can_not_be_read_or_answered_stores_nothing(string contentType, string? encoding, string? accept, int status)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"type":"path.bulk"}"""));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        var answer = await api.SendAsync("POST", Calls.Jobs + "/bulk", content, accept is null ? [] : [$"Accept: {accept}"]);

        answer.Problem(status, status == 406 ? "not-acceptable" : "unsupported-media-type");
        Assert.Empty((await api.GetAsync($"{Calls.Jobs}?type=path.bulk")).With(200).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("", "text/plain")]
    [InlineData("", null)]
    [InlineData("/bulk", "text/plain")]
    [InlineData("/bulk", null)]
    [InlineData("/validate", "text/plain")]
    [InlineData("/validate", null)]
    public async Task A_body_of_a_type_that_is_not_read_is_told_so(string path, string? contentType)
    {
        using var content = new ByteArrayContent("""{"type":"path.type"}"""u8.ToArray());
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        (await api.SendAsync("POST", Calls.Jobs + path, content)).Problem(415, "unsupported-media-type");
    }

    [Fact]
    public async Task The_head_of_a_stream_is_answered_as_any_other()
    {
        var job = await api.EnqueueAsync("""{"type":"nobody.does"}""");
        var head = (await api.SendAsync("HEAD", $"{Calls.Jobs}/{job.Id}/events", body: null)).With(200);

        Assert.Equal(("text/event-stream", ""), (head.ContentHeaders.ContentType?.MediaType, head.Text));
        (await api.SendAsync("HEAD", $"{Calls.Jobs}/nonsense/events", body: null)).With(404);
        (await api.SendAsync("HEAD", $"{Calls.Jobs}/{job.Id}", body: null)).With(200);
    }

    [Fact]
    public async Task Too_many_headers_are_told_so()
    {
        string[] headers = [.. Enumerable.Range(0, 200).Select(i => $"X-{i}: 1")];

        (await api.GetAsync(Calls.Jobs, headers)).Problem((int)HttpStatusCode.RequestHeaderFieldsTooLarge, "headers-too-large");
        (await api.GetAsync(Calls.Jobs, headers[..50])).With(200);
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("GET", "/0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f")]
    [InlineData("GET", "/0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f/result")]
    public async Task A_wait_that_can_not_be_read_is_refused(string method, string path)
    {
        var answer = await api.SendAsync(method, Calls.Jobs + path, method is "POST" ? """{"type":"nobody.does"}""" : null, "Prefer: wait=soon");

        Assert.Equal("Prefer", answer.Problem(400, "malformed").Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }
}
