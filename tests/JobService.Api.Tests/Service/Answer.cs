using System.Net.Http.Headers;
using System.Text.Json;

namespace JobService.Api.Tests.Service;

/// <summary>What came back, read whole.</summary>
public sealed record Answer(int Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Text)
{
    private JsonElement? json;

    public JsonElement Json => json ??= Parse(Text);

    public string Id => Word("id")!;

    public string? Word(string name) => Json.GetProperty(name).GetString();

    /// <summary>The last part of a problem's type.</summary>
    public string Slug => Word("type")!["/problems/".Length..];

    public string? ETag => Headers.ETag?.ToString();

    /// <summary>This answer, when it has the status that is expected; otherwise a failure that shows what was answered.</summary>
    public Answer With(int status)
    {
        Assert.True(Status == status, $"Expected {status}, not {Status}: {Text}");
        return this;
    }

    /// <summary>A problem, complete and of this kind.</summary>
    public Answer Problem(int status, string slug)
    {
        With(status);
        Assert.Equal("application/problem+json", ContentHeaders.ContentType?.MediaType);
        Assert.Equal((slug, status), (Slug, Json.GetProperty("status").GetInt32()));
        Assert.NotEmpty(Word("detail")!);
        return this;
    }

    private static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
