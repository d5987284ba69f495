using System.Text.Json;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Schedules;

/// <summary>The calls that tests of schedules make.</summary>
internal static class ScheduleCalls
{
    public const string Schedules = "/api/v1/schedules";

    /// <summary>A job that nobody runs, so that it stays as it was made.</summary>
    public const string Job = """ "job":{"type":"nobody.does"} """;

    public static Task<Answer> PutAsync(this ApiService api, string name, string members) => api.SendAsync("PUT", $"{Schedules}/{name}", $$"""{ {{members}} }""");

    public static Task<Answer> PatchAsync(this ApiService api, string name, string members) => api.SendAsync("PATCH", $"{Schedules}/{name}", $$"""{ {{members}} }""");

    public static Task<Answer> PreviewAsync(this ApiService api, string members, params string[] headers) =>
        api.PostAsync($"{Schedules}/preview", $$"""{ {{members}} }""", headers);

    /// <summary>Makes a schedule and shows it.</summary>
    public static async Task<Answer> MakeAsync(this ApiService api, string name, string members) => (await api.PutAsync(name, $"{members}, {Job}")).With(201);

    public static async Task<Answer> ShowAsync(this ApiService api, string name, params string[] headers) => (await api.GetAsync($"{Schedules}/{name}", headers)).With(200);

    /// <summary>What became of its occurrences, the oldest first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> RunsAsync(this ApiService api, string name) =>
        [.. (await api.GetAsync($"{Schedules}/{name}/runs?limit=200")).With(200).Json.GetProperty("items").EnumerateArray().Reverse()];

    /// <summary>The items of each page of a list.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<JsonElement>>> PagesAsync(this ApiService api, string path)
    {
        var pages = new List<IReadOnlyList<JsonElement>>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = (await api.GetAsync(path + cursor)).With(200).Json;
            pages.Add([.. page.GetProperty("items").EnumerateArray()]);
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : null;
        }

        return pages;
    }

    /// <summary>Where the faults of a refusal are.</summary>
    public static string Pointers(this Answer answer) =>
        string.Join(' ', answer.Problem(422, "invalid").Json.GetProperty("errors").EnumerateArray().Select(fault => fault.GetProperty("pointer").GetString()));

    public static IReadOnlyList<string?> Words(this JsonElement list, string name) => [.. list.EnumerateArray().Select(item => item.GetProperty(name).GetString())];

    public static bool Is(this Answer answer, string name, object? value) => string.Equals(answer.Json.GetProperty(name).GetRawText(), JsonSerializer.Serialize(value), StringComparison.Ordinal);
}
