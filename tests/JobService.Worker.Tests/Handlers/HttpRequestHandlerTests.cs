using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JobService.Core.Attempts;
using Microsoft.AspNetCore.Http;
using HttpRequestOptions = JobService.Worker.Handlers.Http.HttpRequestOptions;

namespace JobService.Worker.Tests.Handlers;

public sealed class HttpRequestHandlerTests
{
    private const string Json = "application/json";

    [Fact]
    public async Task A_JSON_answer_is_the_result_to_the_byte()
    {
        await using var server = await WebServer.AnswerAsync(200, Json, """{"b":  1.0, "a": "é"}"""u8.ToArray());
        await using var bench = new HttpBench();

        Assert.Equal("""{"b":  1.0, "a": "é"}""", await bench.ResultAsync($$"""{"url": "{{server.Url}}"}"""));
    }

    [Theory]
    [InlineData("text/plain", "hello", "hello")]
    [InlineData("text/plain", "{}", "{}")]
    [InlineData("application/json", "{\"a\":", "{\"a\":")]
    [InlineData("application/json", "", "")]
    [InlineData("application/json", "1 2", "1 2")]
    [InlineData(null, "<p>'it' & that</p>", "<p>'it' & that</p>")]
    [InlineData("text/plain", "a\0b", "a\ufffdb")]
    public async Task Any_other_answer_is_a_string(string? contentType, string body, string expected)
    {
        await using var server = await WebServer.AnswerAsync(200, contentType, Encoding.UTF8.GetBytes(body));
        await using var bench = new HttpBench();

        Assert.Equal(expected, JsonSerializer.Deserialize<string>(await bench.ResultAsync($$"""{"url": "{{server.Url}}"}""")));
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", "6772fc6e", "grün")]
    [InlineData("text/plain; charset=\"windows-1252\"", "80", "€")]
    [InlineData("text/plain; charset=Shift_JIS", "93fa967b", "日本")]
    [InlineData("text/plain; charset=utf-16", "fffe6100e900", "aé")]
    [InlineData("text/plain; charset=nobody-knows", "6772c3bc6e", "grün")]
    [InlineData("text/plain", "efbbbf61", "a")]
    [InlineData("application/json", "efbbbf226122", "a")]
    [InlineData("application/json; charset=iso-8859-1", "22fc22", "ü")]
    public async Task Text_is_read_in_the_encoding_that_it_is_in(string contentType, string body, string expected)
    {
        await using var server = await WebServer.AnswerAsync(200, contentType, Convert.FromHexString(body));
        await using var bench = new HttpBench();

        Assert.Equal(expected, JsonSerializer.Deserialize<string>(await bench.ResultAsync($$"""{"url": "{{server.Url}}"}""")));
    }

    [Theory]
    [InlineData(0xff, "262144")]
    [InlineData(0x01, "262144")]
    [InlineData(0xff, "2097152")]
    [InlineData(0x01, "2097152")]
    [InlineData('<', "2097152")]
    [InlineData('"', "2097152")]
    [InlineData('x', "2097152")]
    public async Task An_answer_of_any_size_and_content_is_cut_to_a_result_that_can_be_stored(int content, string maxResponseBytes)
    {
        var body = new byte[3 * 1024 * 1024];
        Array.Fill(body, (byte)content);
        await using var server = await WebServer.AnswerAsync(200, "application/octet-stream", body);
        await using var bench = new HttpBench((HttpRequestOptions.Section + ":MaxResponseBytes", maxResponseBytes));

        var text = JsonSerializer.Deserialize<string>(await bench.ResultAsync($$"""{"url": "{{server.Url}}"}"""))!;

        Assert.InRange(text.Length, 128 * 1024, 1024 * 1024);
        Assert.Equal(new string(content == 0xff ? '\ufffd' : (char)content, text.Length), text);
    }

    [Fact]
    public async Task An_answer_is_cut_between_characters()
    {
        await using var server = await WebServer.AnswerAsync(200, "text/plain", Encoding.UTF8.GetBytes("aé€😀"));
        await using var bench = new HttpBench((HttpRequestOptions.Section + ":MaxResponseBytes", "8"));

        Assert.Equal("aé€", JsonSerializer.Deserialize<string>(await bench.ResultAsync($$"""{"url": "{{server.Url}}"}""")));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", """, "body": {"x":  [1, "é"]}""")]
    [InlineData("PUT", """, "method": "PUT", "body": "text" """)]
    [InlineData("DELETE", """, "method": "DELETE" """)]
    public async Task The_call_is_made_as_the_payload_says(string method, string members)
    {
        await using var server = await WebServer.AnswerAsync(200, Json, "1"u8.ToArray());
        await using var bench = new HttpBench();

        await bench.ResultAsync($$"""{"url": "{{server.Url}}"{{members}}}""");

        Assert.Equal(method, server.Method);
        var (body, contentType) = method switch
        {
            "POST" => ("""{"x":  [1, "é"]}""", "application/json"),
            "PUT" => ("text", "text/plain; charset=utf-8"),
            _ => ("", null),
        };
        Assert.Equal(body, Encoding.UTF8.GetString(server.Body));
        Assert.Equal(contentType, server.Headers.GetValueOrDefault("Content-Type"));
    }

    [Fact]
    public async Task Headers_of_the_payload_go_with_a_call_that_has_a_body()
    {
        await using var server = await WebServer.AnswerAsync(200, Json, "1"u8.ToArray());
        await using var bench = new HttpBench();

        await bench.ResultAsync($$"""
            {"url": "{{server.Url}}", "body": {}, "headers": {"Authorization": "Bearer x", "X-Own": "1", "content-type": "application/x-own+json", "Accept": "text/*"} }
            """);

        Assert.Equal("Bearer x", server.Headers["Authorization"]);
        Assert.Equal("1", server.Headers["X-Own"]);
        Assert.Equal("application/x-own+json", server.Headers["Content-Type"]);
        Assert.Equal("text/*", server.Headers["Accept"]);
    }

    [Fact]
    public async Task Each_attempt_says_which_it_is_and_continues_the_trace()
    {
        await using var server = await WebServer.AnswerAsync(200, Json, "1"u8.ToArray());
        await using var bench = new HttpBench();

        await bench.ResultAsync($$"""{"url": "{{server.Url}}"}""");

        Assert.Equal(HttpBench.JobId.ToString(), server.Headers["X-JobService-Job-Id"]);
        Assert.Equal("2", server.Headers["X-JobService-Attempt"]);
        Assert.Equal("10", server.Headers["X-JobService-Max-Attempts"]);
        Assert.Equal("2026-01-01T00:00:00Z", server.Headers["X-JobService-Scheduled-For"]);
        Assert.Matches("^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$", server.Headers["traceparent"]);
        Assert.Equal("a=1", server.Headers["tracestate"]);
        Assert.False(server.Headers.ContainsKey("webhook-signature"));
    }

    [Fact]
    public async Task Each_attempt_begins_a_trace_where_there_is_none()
    {
        await using var server = await WebServer.AnswerAsync(200, Json, "1"u8.ToArray());
        await using var bench = new HttpBench { TraceParent = null };

        await bench.ResultAsync($$"""{"url": "{{server.Url}}"}""");
        var first = server.Headers["traceparent"];
        await bench.ResultAsync($$"""{"url": "{{server.Url}}"}""");

        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-00$", first);
        Assert.NotEqual(first[..35], server.Headers["traceparent"][..35]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""", "body": {"a": 1}""")]
    public async Task A_call_is_signed_where_a_secret_is_configured(string members)
    {
        await using var server = await WebServer.AnswerAsync(200, Json, "1"u8.ToArray());
        await using var bench = new HttpBench((HttpRequestOptions.Section + ":Secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

        await bench.ResultAsync($$"""{"url": "{{server.Url}}"{{members}}}""");

        var timestamp = bench.Clock.GetUtcNow().ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{HttpBench.JobId}.{timestamp}."), .. server.Body];
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), signed));
        Assert.Equal(HttpBench.JobId.ToString(), server.Headers["webhook-id"]);
        Assert.Equal($"v1,{expected}", server.Headers["webhook-signature"]);
    }

    [Theory]
    [InlineData(500, "", true)]
    [InlineData(503, "", true)]
    [InlineData(429, "", true)]
    [InlineData(408, "", false)]
    [InlineData(425, "", false)]
    [InlineData(408, """, "retryable": [408]""", true)]
    [InlineData(404, "", false)]
    [InlineData(409, "", false)]
    [InlineData(409, """, "retryable": [409]""", true)]
    [InlineData(302, "", false)]
    [InlineData(200, """, "success": [204]""", false)]
    public async Task A_status_that_is_no_success_fails_as_what_it_is(int status, string members, bool isRetryable)
    {
        await using var server = await WebServer.AnswerAsync(status, "text/plain", "why"u8.ToArray(), ("Location", "/elsewhere"));
        await using var bench = new HttpBench();

        var failure = await bench.FailureAsync($$"""{"url": "{{server.Url}}"{{members}}}""");

        Assert.Equal(($"http.{status}", isRetryable), (failure.Type, failure.IsRetryable));
        Assert.Contains("why", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task A_status_that_the_payload_lists_succeeds()
    {
        await using var server = await WebServer.AnswerAsync(404, Json, "{}"u8.ToArray());
        await using var bench = new HttpBench();

        Assert.Equal("{}", await bench.ResultAsync($$"""{"url": "{{server.Url}}", "success": [200, 404]}"""));
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "Thu, 01 Jan 2026 00:01:00 GMT", 60)]
    [InlineData(503, "soon", null)]
    [InlineData(503, "99999999999999999999", null)]
    public async Task Retry_After_names_the_wait_in_both_its_forms(int status, string header, int? seconds)
    {
        await using var server = await WebServer.AnswerAsync(status, null, [], ("Retry-After", header));
        await using var bench = new HttpBench();

        var failure = await bench.FailureAsync($$"""{"url": "{{server.Url}}"}""");

        Assert.Equal(seconds, failure.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""null""")]
    [InlineData("""{"url": null}""")]
    [InlineData("""{"url": 7}""")]
    [InlineData("""{"url": "ftp://localhost/"}""")]
    [InlineData("""{"url": "file:///etc/passwd"}""")]
    [InlineData("""{"url": "/only/a/path"}""")]
    [InlineData("""{"url": "http://user:pass@localhost/"}""")]
    [InlineData("""{"url": "http://localhost:1/", "method": "CONNECT"}""")]
    [InlineData("""{"url": "http://localhost:1/", "method": "GE T"}""")]
    [InlineData("""{"url": "http://localhost:1/", "timeout": "soon"}""")]
    [InlineData("""{"url": "http://localhost:1/", "timeout": "0s"}""")]
    [InlineData("""{"url": "http://localhost:1/", "timeout": -1}""")]
    [InlineData("""{"url": "http://localhost:1/", "timeout": "8d"}""")]
    [InlineData("""{"url": "http://localhost:1/", "metod": "PUT"}""")]
    [InlineData("""{"URL": "http://localhost:1/"}""")]
    [InlineData("""{"url": "http://localhost:1/", "success": ["200"]}""")]
    [InlineData("""{"url": "http://localhost:1/", "Retryable": [409]}""")]
    [InlineData("""{"url": "http://localhost:1/", "success": []}""")]
    [InlineData("""{"url": "http://localhost:1/", "success": [20]}""")]
    [InlineData("""{"url": "http://localhost:1/", "retryable": [600]}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": null}""")]
    [InlineData("""{"url": "http://localhost:1/", "retryable": null}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"X-A": "a\r\nX-B: b"}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"X-A": "é"}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"not a name": "1"}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"not a name": "1"}, "body": {}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"": "1"}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"X-A": null}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"Content-Language": "de"}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"HOST": "other"}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"Content-Length": "1"}, "body": {}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"X-JobService-Attempt": "1"}}""")]
    [InlineData("""{"url": "http://localhost:1/", "headers": {"webhook-id": "1"}}""")]
    public async Task A_payload_that_describes_no_call_fails_the_job_at_once(string payload)
    {
        await using var bench = new HttpBench();

        var failure = await bench.FailureAsync(payload);

        Assert.Equal(("payload.invalid", false), (failure.Type, failure.IsRetryable));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("127.1")]
    [InlineData("0x7f.1")]
    [InlineData("2130706433")]
    [InlineData("0.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::127.0.0.1]")]
    public async Task This_machine_is_not_called_unless_the_configuration_allows_it(string host)
    {
        await using var server = await WebServer.AnswerAsync(200, Json, "1"u8.ToArray());
        await using var bench = new HttpBench((HttpRequestOptions.Section + ":AllowPrivateNetworks", "false"));

        var failure = await bench.FailureAsync($$"""{"url": "http://{{host}}:{{new Uri(server.Url).Port}}/"}""");

        Assert.Equal(("http.refused-address", false, 0), (failure.Type, failure.IsRetryable, server.Calls));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_tried_again()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var bench = new HttpBench();

        var failure = await bench.FailureAsync($$"""{"url": "http://{{taken.LocalEndPoint}}/"}""");

        Assert.Equal(("http.connection", true), (failure.Type, failure.IsRetryable));
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_tried_again()
    {
        await using var bench = new HttpBench();

        var failure = await bench.FailureAsync("""{"url": "http://nowhere.invalid/"}""");

        Assert.Equal(("http.connection", true), (failure.Type, failure.IsRetryable));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_breaks_is_tried_again(bool isInsideTheBody)
    {
        await using var server = await WebServer.StartAsync(async context =>
        {
            if (isInsideTheBody)
            {
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("half", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            context.Abort();
        });
        await using var bench = new HttpBench();

        var failure = await bench.FailureAsync($$"""{"url": "{{server.Url}}"}""");

        Assert.Equal(("http.connection", true), (failure.Type, failure.IsRetryable));
    }

    [Fact]
    public async Task A_body_that_is_not_compressed_as_it_says_is_tried_again()
    {
        await using var server = await WebServer.AnswerAsync(200, Json, "not gzip at all"u8.ToArray(), ("Content-Encoding", "gzip"));
        await using var bench = new HttpBench();

        var failure = await bench.FailureAsync($$"""{"url": "{{server.Url}}"}""");

        Assert.Equal(("http.connection", true), (failure.Type, failure.IsRetryable));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_takes_too_long_times_out(bool isInsideTheBody)
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await WebServer.StartAsync(async context =>
        {
            if (isInsideTheBody)
                await context.Response.Body.FlushAsync(context.RequestAborted);
            called.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        await using var bench = new HttpBench();

        var failing = bench.FailureAsync($$"""{"url": "{{server.Url}}", "timeout": "5s"}""");
        await called.Task;
        bench.Clock.Advance(TimeSpan.FromSeconds(5));

        var failure = await failing;
        Assert.Equal(("http.timeout", true), (failure.Type, failure.IsRetryable));
    }

    [Fact]
    public async Task A_handler_that_is_asked_to_stop_gives_way()
    {
        using var stop = new CancellationTokenSource();
        await using var server = await WebServer.StartAsync(async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        await using var bench = new HttpBench();

        var result = await bench.RunAsync($$"""{"url": "{{server.Url}}"}""", stop.Token);

        Assert.Equal(typeof(TaskCanceledException).FullName, Assert.IsType<AttemptResult.Threw>(result).Error.Type);
    }
}
