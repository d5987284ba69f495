namespace JobService.Architecture.Tests;

/// <summary>Which features of Core may know which: those above know those below; within a level, and upwards, only what is listed.</summary>
internal static class FeatureMap
{
    /// <summary>From the top down.</summary>
    public static readonly string[][] Levels =
    [
        ["Storage"],
        ["BulkActions"],
        ["Enqueueing"],
        ["Handlers", "Attempts", "Claiming", "Leases", "Results", "Workers", "Signals"],
        ["Retention", "Routing", "JobTypes", "Limits", "Sequences", "Schedules"],
        ["Jobs", "Queues"],
        ["Keys", "Rates", "Retries", "Timeouts", "Errors", "Diagnostics"],
    ];

    /// <summary>Edges that the levels alone would forbid.</summary>
    public static readonly (string From, string To)[] Listed =
    [
        ("Jobs", "Queues"),
        ("Claiming", "Leases"),
        ("Workers", "Leases"),
        ("Attempts", "Handlers"),
        ("Attempts", "Claiming"),
        ("Results", "Signals"),

        // What is settled of a job is settled by its type and by rules, in this order.
        ("Routing", "JobTypes"),

        // A policy says itself what is wrong with it.
        ("Keys", "Errors"),
        ("Rates", "Errors"),
        ("Retries", "Errors"),
        ("Timeouts", "Errors"),

        // A transition carries the token that proves the right to it, and the error it records: values of their features.
        ("Jobs", "Leases"),
        ("Jobs", "Attempts"),

        // A job says which sequence it is of: a value of that feature.
        ("Jobs", "Sequences"),
    ];

    public static bool Allows(string from, string to)
    {
        var (fromLevel, toLevel) = (LevelOf(from), LevelOf(to));
        return string.Equals(from, to, StringComparison.Ordinal) || fromLevel < toLevel || Listed.Contains((from, to));
    }

    public static int LevelOf(string feature) => Array.FindIndex(Levels, level => level.Contains(feature, StringComparer.Ordinal));
}
