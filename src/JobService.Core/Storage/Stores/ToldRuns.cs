using System.Globalization;
using JobService.Core.Errors;
using JobService.Core.Schedules;
using JobService.Core.Timeouts;

namespace JobService.Core.Storage.Stores;

/// <summary>Which occurrences of a schedule have a job, as far as it is known.</summary>
/// <param name="Fired">Those that have one.</param>
/// <param name="Jobless">Those that were told of and have none, in order.</param>
/// <param name="ForgottenBefore">Earlier ones may have had one that is told of no more; null where all are told of.</param>
/// <param name="Kept">How long they were kept when that was noted.</param>
internal sealed record ToldRuns(
    IReadOnlySet<DateTimeOffset> Fired, IReadOnlyList<DateTimeOffset> Jobless, DateTimeOffset? ForgottenBefore, TimeSpan Kept)
{
    /// <summary>
    /// Refuses to make jobs from an occurrence on that may have had one; null where it is known. A run is forgotten when both its time and its job are older than what
    /// is kept, and no job is older than its schedule: so all is known of a schedule that was made since.
    /// </summary>
    public Refusal? Refuse(Schedule schedule, DateTimeOffset first) => first >= ForgottenBefore || schedule.CreatedAt >= ForgottenBefore || ForgottenBefore is not { } before
        ? null
        : new Refusal.Invalid(
        [
            new Fault("/from", string.Create(
                CultureInfo.InvariantCulture,
                $"What became of occurrences is kept for {DurationText.Format(Kept)} (JobService:Retention:Keep): of those before {before.UtcDateTime.AddSeconds(1):yyyy-MM-ddTHH:mm:ssZ} nobody knows any more which had a job. Begin there.")),
        ]);
}
