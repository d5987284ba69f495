using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;
using JobService.Core.Errors;

namespace JobService.Api.Queues;

/// <summary>Why a queue is paused or purged.</summary>
internal sealed record QueueReasonRequest : IOptionalBody
{
    private const int MaxReason = 1_024;

    /// <summary>Kept and shown: with the queue, or with each job that is cancelled; up to 1,024 characters.</summary>
    /// <example>the mail server is down</example>
    public string? Reason { get; init; }

    /// <summary>Members that don't exist; they are refused.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public Refusal? Check()
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", Unknown);
        if (Reason is { Length: > MaxReason } || Reason?.Contains('\0', StringComparison.Ordinal) == true)
            faults.Add("/reason", $"Expected at most {MaxReason} characters, none of them NUL.");
        return faults.Any ? faults.ToRefusal() : null;
    }
}
