using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Scheduling;

/// <summary>
/// The schedules that the configuration declares: each a section of <c>JobService:Schedules</c>, by its name, whose keys are the members that the API takes of a schedule. Read once, at
/// the start.
/// </summary>
internal sealed class DeclaredSchedules
{
    public const string Section = "JobService:Schedules";

    /// <summary>None by default.</summary>
    public IReadOnlyList<DeclaredSchedule> Schedules { get; private set; } = [];

    /// <exception cref="OptionsValidationException">Something is wrong with one; each message names its key.</exception>
    public void Read(IConfiguration configuration)
    {
        var faults = new List<string>();
        Schedules = [.. configuration.GetSection(Section).GetChildren().Select(section => DeclaredScheduleReader.Read(section, faults)).OfType<DeclaredSchedule>()];
        if (faults.Count > 0)
            throw new OptionsValidationException(Section, typeof(DeclaredSchedules), faults);
    }
}
