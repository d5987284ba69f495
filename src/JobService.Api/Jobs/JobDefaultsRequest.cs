using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Api.Jobs;

/// <summary>What is settled of a job where its caller does not say; what is left out settles nothing.</summary>
internal sealed record JobDefaultsRequest
{
    /// <summary>The queue it waits in.</summary>
    /// <example>payments</example>
    public string? Queue { get; init; }

    /// <summary>0 to 9; 9 runs first.</summary>
    /// <example>7</example>
    public int? Priority { get; init; }

    /// <summary>When a failed attempt is followed by another; what is left out of it is as by default.</summary>
    public RetryRequest? Retry { get; init; }

    /// <summary>How long an attempt may take: a duration is the soft limit, with the default grace.</summary>
    /// <example>30s</example>
    public TimeoutRequest? Timeout { get; init; }

    /// <summary>Up to 8 keys it is limited by beside its queue and its type, <c>^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$</c>.</summary>
    /// <example>["bank-api"]</example>
    public IReadOnlyList<string?>? LimitKeys { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
