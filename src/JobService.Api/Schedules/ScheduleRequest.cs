using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Jobs;
using JobService.Api.Json;

namespace JobService.Api.Schedules;

/// <summary>A schedule as its author writes it. Exactly one of <c>cron</c>, <c>every</c> and <c>at</c> says when it is due; the job is required, everything else may be left out.</summary>
internal sealed record ScheduleRequest
{
    /// <summary>
    /// Five fields (minute, hour, day of month, month, day of week), six with seconds first, or <c>@hourly</c> and its like. Ranges may wrap (<c>22-2</c>); <c>L</c>, <c>LW</c>, <c>15W</c>,
    /// <c>MON#2</c>, <c>5L</c>; <c>H</c> is a value of its own for each schedule. Day of month and day of week must both be met.
    /// </summary>
    /// <example>*/15 9-17 * * MON-FRI</example>
    public string? Cron { get; init; }

    /// <summary>Whose clocks <c>cron</c> goes by: a name of the IANA database. Default <c>UTC</c>.</summary>
    /// <example>Europe/Vienna</example>
    public string? TimeZone { get; init; }

    /// <summary>An interval from 1 s up; it counts from <c>startAt</c>, or from when it was given.</summary>
    /// <example>null</example>
    public JsonDuration? Every { get; init; }

    /// <summary>One time (RFC 3339 with an offset).</summary>
    /// <example>null</example>
    public string? At { get; init; }

    /// <summary>The job that each occurrence gets, as it would be enqueued, without its times.</summary>
    public EnqueueRequest? Job { get; init; }

    /// <summary>What becomes of occurrences that nobody was there for: <c>fireOnce</c> (default), <c>fireAll</c>, <c>skip</c>.</summary>
    /// <example>fireOnce</example>
    public string? Misfire { get; init; }

    /// <summary>How many of them get a job each under <c>fireAll</c>: 1 to 500, default 10.</summary>
    /// <example>10</example>
    public int? MaxCatchUp { get; init; }

    /// <summary>What becomes of an occurrence while a job of an earlier one, or one that was triggered, is not final: <c>skip</c> (default), <c>allow</c>, <c>queueOne</c>, <c>cancelPrevious</c>.</summary>
    /// <example>skip</example>
    public string? Overlap { get; init; }

    /// <summary>Not due before this time.</summary>
    /// <example>2026-12-01T00:00:00+01:00</example>
    public string? StartAt { get; init; }

    /// <summary>Not due after this time.</summary>
    /// <example>2027-12-01T00:00:00+01:00</example>
    public string? EndAt { get; init; }

    /// <summary>It ends after so many jobs, counted over its whole life: 1 to 1,000,000,000,000.</summary>
    /// <example>1000</example>
    public long? MaxRuns { get; init; }

    /// <summary>Each job starts up to so much after its time, at most a day.</summary>
    /// <example>30s</example>
    public JsonDuration? Jitter { get; init; }

    /// <summary>False pauses it. Left out, a new one is active and any other stays as it is.</summary>
    /// <example>true</example>
    public bool? Enabled { get; init; }

    /// <summary>It pauses when so many jobs in a row have failed: 1 to 1,000.</summary>
    /// <example>5</example>
    public int? PauseAfterFailures { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
