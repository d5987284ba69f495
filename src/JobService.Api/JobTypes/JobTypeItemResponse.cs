using JobService.Api.Jobs;
using JobService.Core.JobTypes;

namespace JobService.Api.JobTypes;

/// <summary>A job type in short: its schema is shown with the type alone.</summary>
internal sealed record JobTypeItemResponse
{
    /// <example>payment.capture</example>
    public required string Type { get; init; }

    /// <summary>Who gave its schema: <c>api</c>, or <c>handler</c>. Null where it has none.</summary>
    /// <example>handler</example>
    public required string? SchemaSource { get; init; }

    public required JobDefaultsResponse Defaults { get; init; }

    /// <summary>The live workers that have a handler for it.</summary>
    /// <example>["host-1:4711"]</example>
    public required IReadOnlyList<string> HandledBy { get; init; }

    public static JobTypeItemResponse From(JobTypeSettings settings, IReadOnlyList<string> handledBy)
    {
        var whole = JobTypeResponse.From(settings, handledBy, timings: null);
        return new() { Type = whole.Type, SchemaSource = whole.SchemaSource, Defaults = whole.Defaults, HandledBy = handledBy };
    }
}
