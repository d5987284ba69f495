using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

/// <summary>A time at which a schedule is due.</summary>
internal sealed record OccurrenceResponse
{
    public required DateTimeOffset Utc { get; init; }

    /// <summary>What the clocks of its time zone show then, with their offset.</summary>
    /// <example>2026-03-29T03:00:00+02:00</example>
    public required string Local { get; init; }

    /// <summary>What a change of the clocks has done to it; null where it has done nothing.</summary>
    public required string? Note { get; init; }

    /// <summary>The first so many, for as long as the caller waits.</summary>
    public static IReadOnlyList<OccurrenceResponse> List(IEnumerable<Occurrence> occurrences, int count, HttpContext context)
    {
        var aborted = context.RequestAborted;
        return [.. occurrences.Take(count).Select(occurrence =>
        {
            aborted.ThrowIfCancellationRequested();
            return From(occurrence);
        })];
    }

    public static OccurrenceResponse From(Occurrence occurrence) => new()
    {
        Utc = occurrence.At,
        Local = occurrence.Local.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFzzz", System.Globalization.CultureInfo.InvariantCulture),
        Note = occurrence.Change switch
        {
            ClockChange.Moved => "The clocks are set forward over its time; it comes at the change.",
            ClockChange.SomeDropped => "The clocks are set forward; what they never show before it does not come.",
            ClockChange.First => "The clocks show this time twice; it comes the first time.",
            ClockChange.Again => "The clocks are set back and show this time again.",
            _ => null,
        },
    };
}
