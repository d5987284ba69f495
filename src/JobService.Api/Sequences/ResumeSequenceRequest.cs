using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Api.Sequences;

/// <summary>What a sequence is to go on without.</summary>
internal sealed record ResumeSequenceRequest : IOptionalBody
{
    private const int MaxReason = 1_024;

    /// <summary>The job that holds it up, so that no other is passed over; default whichever does.</summary>
    /// <example>0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f</example>
    public string? Job { get; init; }

    /// <summary>Kept in the timeline of that job; up to 1,024 characters.</summary>
    /// <example>the order was cancelled by phone</example>
    public string? Reason { get; init; }

    /// <summary>Members that don't exist; they are refused.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>The job that is named; null for whichever holds it up.</summary>
    public JobId? Named() => JobId.TryParse(Job, out var id) ? id : null;

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public Refusal? Check()
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", Unknown);
        if (Job is not null && Named() is null)
            faults.Add("/job", "Expected the id of a job, a UUID of version 7.");
        if (Reason is { Length: > MaxReason } || Reason?.Contains('\0', StringComparison.Ordinal) == true)
            faults.Add("/reason", $"Expected at most {MaxReason} characters, none of them NUL.");
        return faults.Any ? faults.ToRefusal() : null;
    }
}
