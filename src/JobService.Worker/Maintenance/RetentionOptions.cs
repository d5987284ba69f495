using System.ComponentModel.DataAnnotations;

namespace JobService.Worker.Maintenance;

/// <summary>How long final jobs, and the history of queues, are kept; bound to <c>JobService:Retention</c>.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "JobService:Retention";

    /// <summary>How long a final job is kept after it was made and finished: 1 hour to 3,650 days, default 30 days. Whole days go at once.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00", ErrorMessage = $"{Section}:{nameof(Keep)} must be between 01:00:00 and 3650.00:00:00.")]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long it is kept what each queue did in each minute: 1 hour to 3,650 days, default 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00", ErrorMessage = $"{Section}:{nameof(KeepStatistics)} must be between 01:00:00 and 3650.00:00:00.")]
    public TimeSpan KeepStatistics { get; set; } = TimeSpan.FromDays(90);
}
