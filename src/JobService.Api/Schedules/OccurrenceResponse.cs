using JobService.Core.Schedules;
using JobService.Core.Schedules.Words;

namespace JobService.Api.Schedules;

/// <summary>A time at which a schedule is due.</summary>
internal sealed record OccurrenceResponse
{
    public required DateTimeOffset Utc { get; init; }

    /// <summary>What the clocks of its time zone show then, with their offset.</summary>
    /// <example>2026-03-29T03:00:00+02:00</example>
    public required string Local { get; init; }

    /// <summary>What a change of the clocks has done to it, in the language of the description; null where it has done nothing.</summary>
    public required string? Note { get; init; }

    /// <summary>The first so many, for as long as the caller waits.</summary>
    public static IReadOnlyList<OccurrenceResponse> List(IEnumerable<Occurrence> occurrences, int count, HttpContext context)
    {
        var (language, aborted) = (ScheduleReader.Language(context.Request), context.RequestAborted);
        return [.. occurrences.Take(count).Select(occurrence =>
        {
            aborted.ThrowIfCancellationRequested();
            return From(occurrence, language);
        })];
    }

    public static OccurrenceResponse From(Occurrence occurrence, string language) => new()
    {
        Utc = occurrence.At,
        Local = occurrence.Local.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFzzz", System.Globalization.CultureInfo.InvariantCulture),
        Note = CadenceLanguage.Note(occurrence.Change, language),
    };
}
