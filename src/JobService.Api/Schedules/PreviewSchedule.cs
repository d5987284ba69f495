using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Queues;
using JobService.Core.Schedules;
using JobService.Core.Schedules.Words;

namespace JobService.Api.Schedules;

internal static class PreviewSchedule
{
    private const int DefaultCount = 10;
    private const int MostItems = 1_000;
    private static readonly ScheduleName Unnamed = ScheduleName.Parse("preview");

    /// <summary>Tells what a rule comes to, and stores nothing.</summary>
    /// <remarks>The rule in words, what may not be meant, and the next times in UTC and by the clocks of its time zone, with a note where those are set.</remarks>
    public static IResult Handle(JsonBody<PreviewRequest> body, TimeProvider clock, HttpContext context)
    {
        if (body.IsRefused(out var problem, out var request))
            return problem;

        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        var name = Unnamed;
        if (request.Name is not null && !ScheduleName.TryParse(request.Name, out name))
            faults.Add("/name", $"Expected a name that matches {NamePattern.Expression}.");
        var count = faults.Number("/count", request.Count, 1, MostItems) ?? DefaultCount;
        var from = faults.Time("/from", request.From) ?? clock.GetUtcNow();
        var rule = ScheduleRequestValidator.Rule(
            name, current: null, new ScheduleRequest { Cron = request.Cron, TimeZone = request.TimeZone, Every = request.Every, At = request.At }, faults);
        if (faults.Any || rule is null)
            return faults.ToRefusal().ToResult();

        var cadence = rule.TryCadence(name, from, out _)!;
        var language = ScheduleReader.Language(context.Request);
        var answer = new PreviewResponse
        {
            Description = CadenceLanguage.Describe(cadence, language),
            Warnings = CadenceLanguage.Warnings(cadence, language),
            Items = OccurrenceResponse.List(cadence.After(from), count, context),
        };
        return Results.Json(answer, ApiJson.TypeOf<PreviewResponse>());
    }
}
