using NCrontab;

namespace JobService.Architecture.Tests.Controls.Core.Retries;

/// <summary>Breaks the rule that NCrontab stays in one file.</summary>
internal abstract class KnowsCron
{
    public CrontabSchedule? Times { get; init; }
}
