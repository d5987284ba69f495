using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.BulkActions;

/// <summary>Which jobs: what <c>GET /jobs</c> takes, by the same names. All that is given must match.</summary>
internal sealed record BulkFilterRequest
{
    /// <summary>The states: a comma list, or an array. Left out, those that the action is usually for.</summary>
    /// <example>failed</example>
    public WordList State { get; init; }

    /// <summary>A type, or a glob with <c>*</c> and <c>?</c>.</summary>
    /// <example>email.*</example>
    public string? Type { get; init; }

    /// <example>low</example>
    public string? Queue { get; init; }

    /// <summary><c>key:value</c>, or an array of them, which must all match.</summary>
    /// <example>tenant:42</example>
    public WordList Tag { get; init; }

    /// <summary>The worker that runs it, or ran it last.</summary>
    /// <example>host-1:4711</example>
    public string? Worker { get; init; }

    /// <summary>The schedule that made it, in one of the runs that are still told; a replay is not of its schedule.</summary>
    /// <example>report.daily</example>
    public string? Schedule { get; init; }

    /// <summary>Created at this time or later.</summary>
    /// <example>2026-12-01T00:00:00Z</example>
    public string? CreatedFrom { get; init; }

    /// <summary>Created before this time.</summary>
    /// <example>2026-12-02T00:00:00Z</example>
    public string? CreatedTo { get; init; }

    /// <summary>Members that don't exist; the reader refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
