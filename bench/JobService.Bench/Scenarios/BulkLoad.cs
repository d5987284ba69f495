using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using JobService.Bench.Children;

namespace JobService.Bench.Scenarios;

/// <summary>Enqueues in bulk over HTTP with four clients, as a stream of lines each or as documents of 1,000.</summary>
internal static class BulkLoad
{
    private const int Clients = 4;
    private const int JobsADocument = 1_000;

    private static ReadOnlySpan<byte> Created => "\"status\":201"u8;

    /// <summary>Jobs a second, of which each was answered with 201.</summary>
    public static async Task<double> RunAsync(string url, int jobs, bool isStreamed)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServedChild.Key);
        var share = jobs / Clients;
        var document = Math.Min(JobsADocument, share);
        var bodies = Enumerable.Range(0, Clients).Select(_ => isStreamed ? Lines(share) : Document(document)).ToArray();
        var started = Stopwatch.GetTimestamp();
        var done = await Task.WhenAll(bodies.Select(body => isStreamed ? StreamAsync(http, body) : RepeatAsync(http, body, share / document, document)));
        return done.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<int> StreamAsync(HttpClient http, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/jobs/bulk") { Content = Content(body, "application/x-ndjson") };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var answers = await response.Content.ReadAsStreamAsync();
        var (created, begun) = (0, 0);
        var buffer = new byte[256 * 1024];
        while (await answers.ReadAsync(buffer.AsMemory(begun)) is > 0 and var read)
        {
            var lines = buffer.AsMemory(0, begun + read);
            while (lines.Span.IndexOf((byte)'\n') is >= 0 and var length)
            {
                if (lines.Span[..length].IndexOf(Created) < 0)
                    throw new InvalidOperationException(Encoding.UTF8.GetString(lines.Span[..length]));
                created++;
                lines = lines[(length + 1)..];
            }

            begun = lines.Length;
            lines.CopyTo(buffer);
        }

        return created;
    }

    private static async Task<int> RepeatAsync(HttpClient http, byte[] body, int times, int jobs)
    {
        for (var i = 0; i < times; i++)
        {
            using var response = await http.PostAsync("api/v1/jobs/bulk", Content(body, "application/json"));
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsByteArrayAsync();
        }

        return times * jobs;
    }

    private static ByteArrayContent Content(byte[] body, string mediaType) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    private static byte[] Lines(int jobs) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, jobs).Select(n => Job(n) + "\n")));

    private static byte[] Document(int jobs) => Encoding.UTF8.GetBytes($$"""{"jobs":[{{string.Join(',', Enumerable.Range(0, jobs).Select(Job))}}]}""");

    private static string Job(int n) => $$"""{"type":"{{NoopHandler.Type}}","payload":{{Encoding.UTF8.GetString(NoopPayload.Bytes(n))}}}""";
}
