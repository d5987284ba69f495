namespace JobService.Core.Schedules.Words;

/// <summary>What is told beside a cadence, in English.</summary>
internal static class EnglishRemarks
{
    public const string BothDays = "Day of month and day of week are both given: a day must meet both, where other crons take either.";

    public static string? Of(ClockChange change) => change switch
    {
        ClockChange.Moved => "The clocks are set forward over its time; it comes at the change.",
        ClockChange.Merged => "The clocks are set forward over its time; it comes at the change, and others that fall on the same instant are dropped.",
        ClockChange.SomeDropped => "The clocks are set forward; what they never show before it does not come.",
        ClockChange.First => "The clocks show this time twice; it comes the first time.",
        ClockChange.Again => "The clocks are set back and show this time again.",
        _ => null,
    };
}
