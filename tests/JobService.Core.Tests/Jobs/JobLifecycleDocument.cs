using System.Globalization;
using System.Text;
using System.Xml.Linq;
using JobService.Core.Jobs;

namespace JobService.Core.Tests.Jobs;

/// <summary>The text of <c>docs/job-lifecycle.md</c>, told by <see cref="JobStateMachine"/> and the doc comments of its states and triggers.</summary>
internal sealed class JobLifecycleDocument
{
    private static readonly JobState[] FirstStates = [JobState.Blocked, JobState.Scheduled, JobState.Queued];

    private readonly Dictionary<string, XElement> comments = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "JobService.Core.xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!, StringComparer.Ordinal);

    public string Write()
    {
        var text = new StringBuilder();
        text.Append("""
            # The life of a job

            Written by a test from `src/JobService.Core/Jobs/JobStateMachine.cs`, the one table of what may happen; change it there and run
            `JOBSERVICE_APPROVE=1 dotnet test --project tests/JobService.Core.Tests`. What is not in the table is refused with 409.

            ```mermaid
            stateDiagram-v2

            """);
        foreach (var state in FirstStates)
            Line(text, $"    [*] --> {Word(state)}: enqueue");
        foreach (var (from, trigger, to) in JobStateMachine.Moves)
            Line(text, $"    {Word(from)} --> {Word(to)}: {Word(trigger)}");
        foreach (var state in Enum.GetValues<JobState>().Where(state => state.IsFinal()))
            Line(text, $"    {Word(state)} --> [*]");

        text.Append("""
            ```

            ## States

            | state | number | |
            |---|---|---|

            """);
        foreach (var state in Enum.GetValues<JobState>())
            Line(text, $"| `{Word(state)}` | {(int)state} | {Meaning(state)} |");

        text.Append("""

            ## Moves

            | from | by | to | because |
            |---|---|---|---|

            """);
        foreach (var (from, trigger, to) in JobStateMachine.Moves)
            Line(text, $"| `{Word(from)}` | {Word(trigger)} | `{Word(to)}` | {Meaning(trigger)} |");
        return text.ToString();
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string Word<T>(T name)
        where T : struct, Enum =>
        string.Concat(name.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString(CultureInfo.InvariantCulture)));

    private string Meaning<T>(T name)
        where T : struct, Enum =>
        string.Concat(comments[$"F:{typeof(T).FullName}.{name}"].Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement other => other.Value,
            _ => node.ToString(),
        })).Trim();
}
