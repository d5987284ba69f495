using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Jobs;

namespace JobService.Api.Routes;

/// <summary>A routing rule: what is settled of the jobs that meet it, and no rule before it.</summary>
internal sealed record RouteRequest
{
    /// <summary>Its name, unlike that of any other rule; jobs that meet it record it as <c>"routedBy": "rule:payments"</c>, unless their caller or their type names the queue.</summary>
    /// <example>payments</example>
    [Required]
    public string? Name { get; init; }

    /// <summary>Which jobs meet it: those that meet all that is said here. <c>{}</c> is met by every job.</summary>
    [Required]
    public RouteMatchRequest? Match { get; init; }

    /// <summary>What it settles of them, where neither their callers nor their types do.</summary>
    [Required]
    public JobDefaultsRequest? Set { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
