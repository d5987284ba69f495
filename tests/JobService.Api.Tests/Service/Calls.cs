using System.Text;

namespace JobService.Api.Tests.Service;

/// <summary>The calls that tests make, in one line each. Headers are given as <c>"Name: value"</c>.</summary>
public static class Calls
{
    public const string Jobs = "/api/v1/jobs";

    /// <summary>Holds an answer until the job is final.</summary>
    public const string UntilFinal = "Prefer: wait=60";

    public static Task<Answer> GetAsync(this ApiService api, string path, params string[] headers) => api.SendAsync("GET", path, body: null, headers);

    public static Task<Answer> PostAsync(this ApiService api, string path, string? body, params string[] headers) => api.SendAsync("POST", path, body, headers);

    /// <summary>Enqueues a job and shows it.</summary>
    public static async Task<Answer> EnqueueAsync(this ApiService api, string body, params string[] headers) =>
        (await api.PostAsync(Jobs, body, headers)).With(201);

    /// <summary>Enqueues a job and shows it once it is final.</summary>
    public static async Task<Answer> RunAsync(this ApiService api, string body) => (await api.PostAsync(Jobs, body, UntilFinal)).With(200);

    /// <summary>Shows a job once it is final.</summary>
    public static async Task<Answer> FinalAsync(this ApiService api, string id)
    {
        var answer = (await api.GetAsync($"{Jobs}/{id}", UntilFinal)).With(200);
        Assert.Contains(answer.Word("state"), new[] { "succeeded", "failed", "cancelled" });
        return answer;
    }

    /// <summary>Shows a job as soon as it is in the state.</summary>
    public static async Task<Answer> UntilAsync(this ApiService api, string id, string state)
    {
        // The stream says when there is something new to look at.
        using var stream = await api.Client.GetStreamAsync(new Uri($"{Jobs}/{id}/events", UriKind.Relative), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (string.Equals(line, $"event: {state}", StringComparison.Ordinal))
                return (await api.GetAsync($"{Jobs}/{id}")).With(200);
        }

        throw new InvalidOperationException($"Job {id} was never {state}: {(await api.GetAsync($"{Jobs}/{id}")).Text}");
    }

    public static async Task<Answer> SendAsync(this ApiService api, string method, string path, string? body, params string[] headers)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await api.SendAsync(method, path, content, headers);
    }

    public static async Task<Answer> SendAsync(this ApiService api, string method, string path, HttpContent? content, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        foreach (var header in headers)
        {
            var (name, value) = (header.Split(':')[0], header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content!.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, response.Headers, response.Content.Headers, text);
    }
}
