namespace JobService.Core.Schedules.Words;

/// <summary>The languages a cadence can be described in.</summary>
public static class CadenceLanguage
{
    /// <summary>One line, without a full stop.</summary>
    /// <param name="cadence">What to describe.</param>
    /// <param name="language">A tag such as <c>en</c> or <c>zh-CN</c>; English for every language that is not known.</param>
    public static string Describe(Cadence cadence, string language) =>
        language.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? ChineseCadence.Describe(cadence) : EnglishCadence.Describe(cadence);
}
