using System.Text.Json.Serialization;

namespace JobService.Api.Health;

/// <summary>How the process is.</summary>
internal sealed record HealthResponse
{
    /// <summary><c>live</c>, <c>ready</c> or <c>not-ready</c>.</summary>
    /// <example>ready</example>
    public required string Status { get; init; }

    /// <summary><c>ok</c>, <c>away</c> or <c>not-migrated</c>.</summary>
    /// <example>ok</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required string? Database { get; init; }
}
