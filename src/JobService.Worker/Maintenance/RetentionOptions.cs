using System.ComponentModel.DataAnnotations;

namespace JobService.Worker.Maintenance;

/// <summary>How long final jobs are kept; bound to <c>JobService:Retention</c>.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "JobService:Retention";

    /// <summary>How long a final job is kept after it was made and finished: 1 hour to 3,650 days, default 30 days. Whole days go at once.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00", ErrorMessage = $"{Section}:{nameof(Keep)} must be between 01:00:00 and 3650.00:00:00.")]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(30);
}
