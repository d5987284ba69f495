using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

/// <summary>Many jobs at once: as JSON, all or none, and as a stream of lines, each for itself.</summary>
public sealed class BulkTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Bulk = Calls.Jobs + "/bulk";
    private const int MaxBodyBytes = 1024 * 1024;

    [Fact]
    public async Task Ten_thousand_jobs_are_enqueued_together_and_no_more()
    {
        var jobs = string.Join(',', Enumerable.Repeat("""{"type":"bulk.many"}""", 10_000));
        var answer = (await api.PostAsync(Bulk, $$"""{"jobs":[{{jobs}}]}""")).With(201);

        Assert.Equal(10_000, answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).Distinct(StringComparer.Ordinal).Count());
        (await api.PostAsync(Bulk, $$"""{"jobs":[{{jobs}},{"type":"bulk.many"}]}""")).Problem(413, "too-large");
        Assert.Equal(10_000, await CountAsync("bulk.many"));
    }

    [Fact]
    public async Task A_fault_in_one_keeps_all_of_them_out()
    {
        var answer = await api.PostAsync(Bulk, """{"jobs":[{"type":"bulk.none"},{"type":"Bulk None"},null]}""");

        answer.Problem(422, "invalid");
        Assert.Equal(["/jobs/1/type", "/jobs/2"], answer.Json.GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("pointer").GetString()));
        Assert.Equal(0, await CountAsync("bulk.none"));
    }

    [Fact]
    public async Task No_payload_is_longer_among_others_than_it_may_be_alone()
    {
        var payload = $"\"{new string('a', MaxBodyBytes)}\"";

        (await api.PostAsync(Bulk, $$"""{"jobs":[{"type":"a"},{"type":"a","payload":{{payload}}}]}""")).Problem(413, "too-large");
        (await api.PostAsync(Calls.Jobs, $$"""{"type":"a","payload":{{payload}}}""")).Problem(413, "too-large");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\n\r\n  \n", "")]
    [InlineData("{\"type\":\"a\"}", "201")]
    [InlineData("{\"type\":\"a\"}\r\n{\"type\":\"b\"}\r\n", "201 201")]
    [InlineData("{\"type\":\"a\"}\n\n{\"type\":\"A\"}\nnonsense\n{\"type\":\"b\"}", "201 422 400 201")]
    [InlineData("[]\nnull\n{}\n\"\\u0000\"", "400 400 422 400")]
    public async Task Each_line_is_answered_in_its_order(string lines, string statuses)
    {
        var items = await StreamAsync(Encoding.UTF8.GetBytes(lines));

        Assert.Equal(statuses, string.Join(' ', items.Select(item => item.GetProperty("status").GetInt32())));
        Assert.Equal(Enumerable.Range(0, items.Count), items.Select(item => item.GetProperty("index").GetInt32()));
        Assert.All(items, item => Assert.NotEqual(item.TryGetProperty("id", out _), item.TryGetProperty("problem", out _)));
    }

    [Fact]
    public async Task A_line_that_is_too_long_or_no_text_harms_no_other()
    {
        byte[] lines =
        [
            .. "{\"type\":\"a\"}\n"u8,
            .. "{\"type\":\"a\",\"payload\":\""u8, .. Enumerable.Repeat((byte)'x', 3 * MaxBodyBytes), .. "\"}\n"u8,
            .. "{\"type\":\"a\",\"payload\":\""u8, 0xC3, 0x28, .. "\"}\n"u8,
            .. "{\"type\":\"b\"}\n"u8,
            .. Enumerable.Repeat((byte)'y', 2 * MaxBodyBytes),
        ];
        var items = await StreamAsync(lines);

        Assert.Equal([201, 413, 400, 201, 413], items.Select(item => item.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task A_hundred_thousand_lines_get_through_though_nobody_reads_until_the_end()
    {
        // Not over HttpClient, whose own reading would hide the question.
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, api.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        var line = "{\"type\":\"bulk.stream\"}\n"u8.ToArray();
        const int count = 100_000;
        await stream.WriteAsync(Head(line.Length * count), TestContext.Current.CancellationToken);
        for (var i = 0; i < count; i += 1000)
            await stream.WriteAsync(Enumerable.Repeat(line, 1000).SelectMany(b => b).ToArray(), TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream);
        var answers = (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split("\"status\":201").Length - 1;

        Assert.Equal(count, answers);
        Assert.Equal(count, await CountAsync("bulk.stream"));
    }

    [Fact]
    public async Task Each_line_is_answered_before_the_next_is_sent()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, api.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        var line = "{\"type\":\"bulk.slow\"}\n"u8.ToArray();
        await stream.WriteAsync(Head(3 * line.Length), TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream);
        for (var i = 0; i < 3; i++)
        {
            await stream.WriteAsync(line, TestContext.Current.CancellationToken);
            Assert.StartsWith($"{{\"index\":{i},\"status\":201", await NextAsync(reader), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_client_sent_before_it_broke_off_is_enqueued()
    {
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, api.Address.Port, TestContext.Current.CancellationToken);
            await using var stream = socket.GetStream();
            await stream.WriteAsync(Head(1_000_000), TestContext.Current.CancellationToken);
            await stream.WriteAsync("{\"type\":\"bulk.broken\"}\n{\"type\":\"bulk.half"u8.ToArray(), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            Assert.Contains("201", await NextAsync(reader), StringComparison.Ordinal);
        }

        Assert.Equal(1, await CountAsync("bulk.broken"));
        await api.RunAsync("""{"type":"demo.echo"}""");
    }

    private static byte[] Head(int length) => Encoding.ASCII.GetBytes(
        $"POST {Bulk} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");

    private static async Task<string> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith('{'))
                return line;
        }

        return "";
    }

    private async Task<List<JsonElement>> StreamAsync(byte[] lines)
    {
        using var content = new ByteArrayContent(lines);
        content.Headers.ContentType = new("application/x-ndjson");
        var answer = (await api.SendAsync("POST", Bulk, content)).With(200);
        Assert.Equal("application/x-ndjson", answer.ContentHeaders.ContentType!.MediaType);
        return [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    private async Task<int> CountAsync(string type)
    {
        var count = 0;
        var cursor = "";
        do
        {
            var page = (await api.GetAsync($"{Calls.Jobs}?type={type}&limit=200{cursor}")).With(200);
            count += page.Json.GetProperty("items").GetArrayLength();
            cursor = page.Word("nextCursor") is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);
        return count;
    }
}
