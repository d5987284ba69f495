namespace JobService.Core.Schedules;

/// <summary>Who asked for a run. Stored by their numbers.</summary>
public enum RunKind
{
    /// <summary>Time, or someone afterwards: there is one run for an occurrence.</summary>
    Occurrence = 0,

    /// <summary>Someone, there and then.</summary>
    Trigger = 1,
}
