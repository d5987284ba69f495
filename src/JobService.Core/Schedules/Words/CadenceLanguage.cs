namespace JobService.Core.Schedules.Words;

/// <summary>
/// The languages a cadence can be described in. Each takes a tag such as <c>en</c> or <c>zh-CN</c>, and is English for every language that is not known.
/// </summary>
public static class CadenceLanguage
{
    /// <summary>When it is due: one line, without a full stop.</summary>
    public static string Describe(Cadence cadence, string language) => IsChinese(language) ? ChineseCadence.Describe(cadence) : EnglishCadence.Describe(cadence);

    /// <summary>What its author may not have meant, a sentence each.</summary>
    public static IReadOnlyList<string> Warnings(Cadence cadence, string language) =>
        cadence is CronCadence { Parsed.RestrictsBothDays: true } ? [IsChinese(language) ? ChineseRemarks.BothDays : EnglishRemarks.BothDays] : [];

    /// <summary>What a change of the clocks has done to an occurrence, in a sentence; null where it has done nothing.</summary>
    public static string? Note(ClockChange change, string language) => IsChinese(language) ? ChineseRemarks.Of(change) : EnglishRemarks.Of(change);

    private static bool IsChinese(string language) => language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
}
