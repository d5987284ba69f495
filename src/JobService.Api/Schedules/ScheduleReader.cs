using JobService.Core.Errors;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

/// <summary>Reads the schedule that a path names, and shows it.</summary>
internal sealed class ScheduleReader(IScheduleQueries queries)
{
    public static Result<ScheduleName> Name(string name) => ScheduleName.TryParse(name, out var parsed) ? parsed : NotFound(name);

    public static Refusal NotFound(string name) => new Refusal.NotFound($"There is no schedule '{name}'.");

    /// <summary>Refuses to change what the configuration declares.</summary>
    public static Refusal? Declared(Schedule? schedule) => schedule is { IsDeclared: true }
        ? new Refusal.WrongState(
            "declared",
            ["not declared"],
            $"The schedule {schedule.Name} is declared in the configuration; change it there, at JobService:Schedules:{schedule.Name}, or remove it by its key Remove. It can be paused, resumed, triggered and backfilled here.")
        : null;

    public async Task<Result<Schedule>> FindAsync(string name, CancellationToken cancellationToken) =>
        Name(name).IsRefused(out var refusal, out var parsed) ? refusal : await queries.FindAsync(parsed, cancellationToken);

    public async Task<ScheduleResponse> ShowAsync(Schedule schedule, HttpContext context) => (await ShowAsync([schedule], context))[0];

    public async Task<IReadOnlyList<ScheduleResponse>> ShowAsync(IReadOnlyList<Schedule> schedules, HttpContext context)
    {
        var last = await queries.LastRunsAsync([.. schedules.Select(schedule => schedule.Name)], context.RequestAborted);
        return [.. schedules.Select(schedule => ScheduleResponse.From(schedule, last.GetValueOrDefault(schedule.Name), Language(context.Request)))];
    }

    /// <summary>Chinese where the caller likes it better than English; else English.</summary>
    public static string Language(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .Where(language => language.Quality is not 0)
        .OrderByDescending(language => language.Quality ?? 1)
        .Select(language => language.Value.ToString())
        .FirstOrDefault(language => language.StartsWith("zh", StringComparison.OrdinalIgnoreCase) || language.StartsWith("en", StringComparison.OrdinalIgnoreCase)) ?? "en";
}
