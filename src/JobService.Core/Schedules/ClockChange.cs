namespace JobService.Core.Schedules;

/// <summary>What a change of the clocks has done to an occurrence.</summary>
public enum ClockChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The clocks were set forward over its time: it comes at the change.</summary>
    Moved,

    /// <summary>The clocks were set forward over one or more before it, which do not come.</summary>
    SomeDropped,

    /// <summary>The clocks show its time twice: it comes the first time.</summary>
    First,

    /// <summary>The clocks show its time twice: it came the first time, and comes again.</summary>
    Again,

    /// <summary>The clocks were set forward over its time, and over another one or up to it: they come as one, at the change.</summary>
    Merged,
}
