using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.JobTypes;

namespace JobService.Api.JobTypes;

/// <summary>A job type: what is kept of it, who handles it now, and how long its jobs take.</summary>
internal sealed record JobTypeResponse
{
    /// <example>payment.capture</example>
    public required string Type { get; init; }

    /// <summary>The JSON Schema of its payloads; null where there is none.</summary>
    public required RawJson Schema { get; init; }

    /// <summary>Who gave the schema: <c>api</c>, or <c>handler</c>. Null where there is none.</summary>
    /// <example>handler</example>
    public required string? SchemaSource { get; init; }

    public required JobDefaultsResponse Defaults { get; init; }

    /// <summary>The live workers that have a handler for it. A job of a type that nobody handles waits until someone does.</summary>
    /// <example>["host-1:4711"]</example>
    public required IReadOnlyList<string> HandledBy { get; init; }

    /// <summary>How long its jobs took lately; null where none has finished lately.</summary>
    public required JobTypeTimingsResponse? Timings { get; init; }

    /// <summary>Grows with each PUT; 0 before the first.</summary>
    /// <example>1</example>
    public required int Revision { get; init; }

    /// <summary>When it was last PUT.</summary>
    public required DateTimeOffset? UpdatedAt { get; init; }

    public static JobTypeResponse From(JobTypeSettings settings, IReadOnlyList<string> handledBy, JobTypeTimings? timings) => new()
    {
        Type = settings.Type.Name,
        Schema = new RawJson(settings.Schema),
        SchemaSource = settings.GivenSchema is not null ? "api" : settings.HasSchema ? "handler" : null,
        Defaults = JobDefaultsResponse.From(settings.Defaults),
        HandledBy = handledBy,
        Timings = timings is null ? null : JobTypeTimingsResponse.From(timings),
        Revision = settings.Revision,
        UpdatedAt = settings.UpdatedAt,
    };
}
