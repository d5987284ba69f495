using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobService.Api.Tests.Problems;

/// <summary>The edge on a real server: what a client sees of everything that can go wrong before and in an endpoint.</summary>
public sealed class ProblemPagesTests : IAsyncLifetime
{
    private const int MaxBodyBytes = 1024;
    private WebApplication app = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseKestrelCore();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        builder.Services.Configure<ApiOptions>(options => options.MaxBodyBytes = MaxBodyBytes);
        builder.Services.AddRouting();
        app = builder.Build();
        app.UseJobServiceProblems();
        app.MapProblems();
        app.MapPost("/jobs", IResult (JsonBody<EnqueueRequest> body) =>
            body.IsRefused(out var problem, out var request) ? problem : Results.Text(Encoding.UTF8.GetString((request.Payload.Of(body.Bytes) ?? default).Span)));
        app.MapPost("/cancel", IResult (JsonBody<CancelRequest> body) =>
            body.IsRefused(out var problem, out var request) ? problem : Results.Text(request.Reason ?? "none"));
        app.MapGet("/bug", string () => throw new InvalidOperationException("a secret"));
        app.MapGet("/database/{state}", string (string state) => throw new DatabaseException(state));
        app.MapGet("/api/json", () => Results.Text("{}", "application/json")).Produces<string>(200, "application/json");
        app.MapGet("/api/lines", () => Results.Text("{}")).Produces<string>(200, "application/json").Produces<string>(200, "application/x-ndjson");
        app.MapGet("/api/nothing", () => Results.NoContent()).Produces(204).Produces<ProblemResponse>(404, ProblemResult.MediaType);
        app.MapGet("/probe", () => Results.Text("{}", "application/json")).Produces<string>(200, "application/json");
        app.MapGet("/number/{n:int}", (int n, int m) => n + m);
        app.MapGet("/refused/{what}", (string what) => Refusals[what].ToResult());
        await app.StartAsync(TestContext.Current.CancellationToken);
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    private static Dictionary<string, Refusal> Refusals { get; } = new(StringComparer.Ordinal)
    {
        ["not-found"] = new Refusal.NotFound("no job"),
        ["gone"] = new Refusal.Gone("gone job"),
        ["wrong-state"] = new Refusal.WrongState("running", ["queued"], "It runs."),
        ["invalid"] = new Refusal.Invalid([new Fault("/a", "x"), new Fault("/b", "y")]),
        ["malformed"] = new Refusal.Malformed([new Fault("/a", "x")]),
        ["too-large"] = new Refusal.TooLarge("big"),
        ["precondition-failed"] = new Refusal.PreconditionFailed("old"),
        ["overloaded"] = new Refusal.Overloaded(TimeSpan.FromSeconds(1.2)),
        ["unavailable"] = new Refusal.Unavailable("away", TimeSpan.Zero),
        ["in-use"] = new Refusal.InUse("held", TimeSpan.FromSeconds(1)),
    };

    [Theory]
    [InlineData("not-found", 404, null)]
    [InlineData("gone", 410, null)]
    [InlineData("wrong-state", 409, null)]
    [InlineData("invalid", 422, null)]
    [InlineData("malformed", 400, null)]
    [InlineData("too-large", 413, null)]
    [InlineData("precondition-failed", 412, null)]
    [InlineData("overloaded", 429, "2")]
    [InlineData("unavailable", 503, "1")]
    [InlineData("in-use", 503, "1")]
    public async Task Each_refusal_is_a_problem_of_its_kind(string slug, int status, string? retryAfter)
    {
        using var response = await client.GetAsync(new Uri($"/refused/{slug}", UriKind.Relative), TestContext.Current.CancellationToken);
        var problem = await Problem(response, status, slug);

        Assert.Equal(retryAfter, response.Headers.RetryAfter?.ToString());
        Assert.Equal($"/refused/{slug}", problem.GetProperty("instance").GetString());
        Assert.Equal(slug is "invalid" or "malformed", problem.TryGetProperty("errors", out _));
        Assert.Equal(slug is "wrong-state", problem.TryGetProperty("from", out _) && problem.TryGetProperty("allowed", out _));
    }

    [Theory]
    [InlineData("GET", "/nope", 404, "not-found")]
    [InlineData("GET", "/problems/nope", 404, "not-found")]
    [InlineData("GET", "/bug", 500, "internal-error")]
    [InlineData("GET", "/database/transient", 503, "unavailable")]
    [InlineData("GET", "/database/3D000", 503, "unavailable")]
    [InlineData("GET", "/database/28P01", 503, "unavailable")]
    [InlineData("GET", "/database/25006", 503, "unavailable")]
    [InlineData("GET", "/database/57P04", 503, "unavailable")]
    [InlineData("GET", "/database/57014", 503, "unavailable")]
    [InlineData("GET", "/database/55P03", 503, "in-use")]
    [InlineData("GET", "/database/42601", 500, "internal-error")]
    [InlineData("GET", "/database/23505", 500, "internal-error")]
    [InlineData("GET", "/number/1", 400, "malformed")]
    [InlineData("GET", "/number/1?m=x", 400, "malformed")]
    [InlineData("DELETE", "/jobs", 405, "method-not-allowed")]
    [InlineData("POST", "/jobs", 400, "malformed")]
    public async Task No_error_leaves_without_a_problem_document(string method, string path, int status, string slug)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = await Problem(response, status, slug);

        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(status == 405, response.Content.Headers.Allow.Contains("POST"));
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
    }

    [Theory]
    [InlineData("/api/json", null, 200)]
    [InlineData("/api/json", "*/*", 200)]
    [InlineData("/api/json", "application/json", 200)]
    [InlineData("/api/json", "application/json; charset=utf-8", 200)]
    [InlineData("/api/json", "APPLICATION/*;q=0.1", 200)]
    [InlineData("/api/json", "text/html, */*;q=0.1", 200)]
    [InlineData("/api/json", "text/html", 406)]
    [InlineData("/api/json", "text/*, application/xml", 406)]
    [InlineData("/api/json", "application/json;q=0", 406)]
    [InlineData("/api/json", "application/json;q=0, */*", 406)]
    [InlineData("/api/json", "*/*;q=0, application/json", 200)]
    [InlineData("/api/json", "application/x-ndjson", 406)]
    [InlineData("/api/lines", "application/x-ndjson", 200)]
    [InlineData("/api/json", "not a media type", 200)]
    [InlineData("/api/json", "", 200)]
    [InlineData("/api/nothing", "text/html", 204)]
    [InlineData("/api/nope", "text/html", 404)]
    [InlineData("/probe", "text/plain", 200)]
    public async Task What_the_client_can_not_read_is_not_sent(string path, string? accept, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        if (status == 406)
            await Problem(response, 406, "not-acceptable");
        else
            Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/xml", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/json; charset=\"UTF-8\"", 200)]
    [InlineData("application/json", 200)]
    [InlineData("application/merge-patch+json", 200)]
    [InlineData(null, 415)]
    public async Task Only_json_in_utf_8_is_read(string? contentType, int status)
    {
        using var content = new ByteArrayContent("""{"type":"a","payload":{"x": 1}}"""u8.ToArray());
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await client.PostAsync(new Uri("/jobs", UriKind.Relative), content, TestContext.Current.CancellationToken);

        if (status == 415)
            await Problem(response, 415, "unsupported-media-type");
        else
            Assert.Equal("{\"x\": 1}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(MaxBodyBytes, false, 200)]
    [InlineData(MaxBodyBytes, true, 200)]
    [InlineData(MaxBodyBytes + 1, false, 413)]
    [InlineData(MaxBodyBytes + 1, true, 413)]
    [InlineData(1_000_000, true, 413)]
    public async Task A_body_is_read_up_to_its_limit_announced_or_chunked(int length, bool isChunked, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = new StringContent("{\"type\":\"a\"}".PadRight(length), Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = isChunked;
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        if (status == 413)
            await Problem(response, 413, "too-large");
        else
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_limit_is_ours_and_not_the_servers(bool isChunked)
    {
        // More than the 30,000,000 bytes a server takes if nobody tells it otherwise, and all that is allowed.
        const int Limit = 31 * 1024 * 1024;
        app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.MaxBodyBytes = Limit;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs")
        {
            Content = new StringContent("{\"type\":\"a\"}".PadRight(Limit), Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = isChunked;
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_body_that_may_be_absent_may_be_absent()
    {
        using var absent = await client.PostAsync(new Uri("/cancel", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
        using var content = new StringContent("{\"reason\":\"why not\"}", Encoding.UTF8, "application/json");
        using var present = await client.PostAsync(new Uri("/cancel", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal("none", await absent.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("why not", await present.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_body_that_ends_too_early_leaves_the_server_well()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync("POST /jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), TestContext.Current.CancellationToken);
        socket.Close();

        await A_body_that_may_be_absent_may_be_absent();
    }

    [Fact]
    public async Task Every_kind_of_problem_is_described_where_its_type_points()
    {
        foreach (var kind in ProblemKind.All)
        {
            var json = await client.GetStringAsync(new Uri(kind.Type, UriKind.Relative), TestContext.Current.CancellationToken);
            using var document = JsonDocument.Parse(json);
            Assert.Equal((kind.Type, kind.Meaning), (document.RootElement.GetProperty("type").GetString(), document.RootElement.GetProperty("meaning").GetString()));
        }

        Assert.Equal(ProblemKind.All.Count, ProblemKind.All.DistinctBy(kind => kind.Slug, StringComparer.Ordinal).Count());
    }

    private static async Task<JsonElement> Problem(HttpResponseMessage response, int status, string slug)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((status, ProblemResult.MediaType), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        using var document = JsonDocument.Parse(text);
        var problem = document.RootElement.Clone();
        Assert.Equal(($"/problems/{slug}", status), (problem.GetProperty("type").GetString(), problem.GetProperty("status").GetInt32()));
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return problem;
    }

    private sealed class DatabaseException(string state) : DbException("connection refused to secret host")
    {
        public override bool IsTransient => SqlState is null;

        public override string? SqlState => string.Equals(state, "transient", StringComparison.Ordinal) ? null : state;
    }
}
