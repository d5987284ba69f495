namespace JobService.Worker.Maintenance;

/// <summary>How long final jobs are kept; bound to <c>JobService:Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "JobService:Retention";

    /// <summary>How long a final job is kept after it was made and finished: at least 1 hour, default 30 days. Whole days go at once.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(30);
}
