using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Schedules;

/// <summary>A rule to look at, which need not be that of a schedule.</summary>
internal sealed record PreviewRequest
{
    /// <summary>As in a schedule; or give <c>every</c> or <c>at</c>.</summary>
    /// <example>30 2 * * *</example>
    public string? Cron { get; init; }

    /// <summary>Default <c>UTC</c>.</summary>
    /// <example>Europe/Vienna</example>
    public string? TimeZone { get; init; }

    /// <summary>An interval; it counts from <c>from</c>.</summary>
    /// <example>null</example>
    public JsonDuration? Every { get; init; }

    /// <summary>One time.</summary>
    /// <example>null</example>
    public string? At { get; init; }

    /// <summary>The schedule it is meant for, which <c>H</c> is spread by; default <c>preview</c>.</summary>
    /// <example>report.daily</example>
    public string? Name { get; init; }

    /// <summary>How many times are shown: 1 to 1,000, default 10.</summary>
    /// <example>10</example>
    public int? Count { get; init; }

    /// <summary>They come after this time; default now.</summary>
    /// <example>2026-03-28T00:00:00Z</example>
    public string? From { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
