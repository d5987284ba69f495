using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Queues;

namespace JobService.Api.Queues;

/// <summary>How a queue is to be served. What is left out, or null, is as it is by default.</summary>
internal sealed record QueueRequest
{
    /// <summary>Members that a later version brings; until then they can only be null.</summary>
    private static readonly string[] Coming = ["maxRunning", "rate", "maxDepth"];

    /// <summary>Its share of the claims, beside those of other queues, where a worker does not say itself: 1 to 1,000, default 1.</summary>
    /// <example>10</example>
    public int? Weight { get; init; }

    /// <summary>How long its final jobs are kept after they ended, where that is sooner than the service lets go of them: 1 hour to 3,650 days.</summary>
    /// <example>2d</example>
    public JsonDuration? Retention { get; init; }

    /// <summary>Members that don't exist, or not yet; they are refused.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }

    public Result<QueueSettings> ToSettings()
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", Unknown?.Where(member => member.Value.ValueKind is not JsonValueKind.Null || !Coming.Contains(member.Key)).ToDictionary(), Coming);
        var settings = new QueueSettings { Weight = Weight ?? QueueSettings.DefaultWeight, Retention = faults.Duration("/retention", Retention) };
        faults.Add(settings.Check());
        return faults.Any ? faults.ToRefusal() : settings;
    }
}
