using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.JobTypes.Schemas;

namespace JobService.Core.JobTypes;

/// <summary>What is kept of a job type: the defaults of its jobs and the schema of their payloads.</summary>
public sealed class JobTypeSettings
{
    /// <summary>What a job records whose queue its type decided.</summary>
    public const string RoutedBy = "type";

    /// <summary>Those of a type nobody has said anything of.</summary>
    public static readonly JobTypeSettings None = new() { Type = default };

    public required JobType Type { get; init; }

    public JobDefaults Defaults { get; init; } = JobDefaults.None;

    /// <summary>The schema that was given over the API, as JSON; it wins over those of handlers. Null where there is none.</summary>
    public string? GivenSchema { get; init; }

    /// <summary>The schemas of the handlers that workers had within a day before the last that told of them, as JSON, the newest first.</summary>
    public IReadOnlyList<string> HandlerSchemas { get; init; } = [];

    /// <summary>Grows with each change over the API; 0 where there was none.</summary>
    public int Revision { get; init; }

    /// <summary>When it was last changed over the API; null where it never was.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    public string? Schema => GivenSchema ?? (HandlerSchemas.Count > 0 ? HandlerSchemas[0] : null);

    public bool HasSchema => Schema is not null;

    private PayloadSchema[] Enforced => field ??= [.. (GivenSchema is { } given ? [given] : HandlerSchemas).Select(PayloadSchema.Stored)];

    /// <summary>
    /// What is wrong with a payload; nothing where the schema that was given takes it, or that of any handler. While versions of a handler run beside each other,
    /// any of them may get the job.
    /// </summary>
    /// <param name="payload">UTF-8 JSON.</param>
    /// <param name="at">The pointer to it.</param>
    /// <param name="ofRequest">The steps that all payloads of the request may take; null for one by itself.</param>
    public IReadOnlyList<Fault> CheckPayload(ReadOnlyMemory<byte> payload, string at, CheckSteps? ofRequest = null)
    {
        if (!HasSchema)
            return [];

        IReadOnlyList<Fault> first = [];
        for (var i = 0; i < Enforced.Length; i++)
        {
            var faults = Enforced[i].Check(payload, at, ofRequest);
            if (faults.Count == 0)
                return [];
            if (i == 0)
                first = faults;
        }

        return first;
    }
}
