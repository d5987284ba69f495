using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;
using JobService.Api.Limits;
using JobService.Core.Errors;
using JobService.Core.Queues;

namespace JobService.Api.Queues;

/// <summary>How a queue is to be served. What is left out, or null, is as it is by default.</summary>
internal sealed record QueueRequest
{
    /// <summary>How many of its jobs run at once, on all workers together: 0 to 1,000,000. It is the limit `queue:` and its name.</summary>
    /// <example>20</example>
    public int? MaxRunning { get; init; }

    /// <summary>How many of its jobs start in a time. Of the same limit.</summary>
    public RateRequest? Rate { get; init; }

    /// <summary>Its share of the claims, beside those of other queues, where a worker does not say itself: 1 to 1,000, default 1.</summary>
    /// <example>10</example>
    public int? Weight { get; init; }

    /// <summary>How many jobs may wait in it, whatever they wait for: 1 to 100,000,000. What is enqueued beyond is refused with 429.</summary>
    /// <example>100000</example>
    public int? MaxDepth { get; init; }

    /// <summary>How long its final jobs are kept after they ended, where that is sooner than the service lets go of them: 1 hour to 3,650 days.</summary>
    /// <example>2d</example>
    public JsonDuration? Retention { get; init; }

    /// <summary>Members that don't exist; they are refused.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }

    public Result<QueueSettings> ToSettings()
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", Unknown);
        var settings = new QueueSettings
        {
            MaxRunning = MaxRunning,
            Rate = LimitRequestValidator.Rate("/rate", Rate, faults),
            Weight = Weight ?? QueueSettings.DefaultWeight,
            MaxDepth = MaxDepth,
            Retention = faults.Duration("/retention", Retention),
        };
        faults.Add(settings.Check());
        return faults.Any ? faults.ToRefusal() : settings;
    }
}
