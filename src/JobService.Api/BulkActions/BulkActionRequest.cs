using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Limits;

namespace JobService.Api.BulkActions;

/// <summary>What is to be done with all jobs that a filter finds.</summary>
internal sealed record BulkActionRequest
{
    /// <summary><c>cancel</c>, <c>retry</c>, <c>delete</c>, <c>replay</c> or <c>move</c>.</summary>
    /// <example>retry</example>
    public string? Action { get; init; }

    /// <summary>Which jobs. An empty one is every job, and needs <c>all</c>.</summary>
    public BulkFilterRequest? Filter { get; init; }

    /// <summary>With an empty filter: that every job is meant.</summary>
    /// <example>false</example>
    public bool? All { get; init; }

    /// <summary>True only counts the jobs, and shows some of them.</summary>
    /// <example>false</example>
    public bool? DryRun { get; init; }

    /// <summary>Of <c>move</c>: where to.</summary>
    /// <example>low</example>
    public string? Queue { get; init; }

    /// <summary>Of <c>cancel</c>: kept with each job and shown; up to 1 KiB.</summary>
    /// <example>the customer withdrew the order</example>
    public string? Reason { get; init; }

    /// <summary>So many jobs in a time; left out, as fast as it goes.</summary>
    public RateRequest? Pace { get; init; }

    /// <summary>Members that don't exist; the reader refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
