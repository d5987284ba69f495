using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

/// <summary>
/// Around changes of the clocks in the zones of this machine, minute by minute. A sample of them each time; all of them, of every name in its zone database and over 60 years, with
/// <c>JOBSERVICE_PROOF=full dotnet test --project tests/JobService.Core.Tests --filter-class "*ClockChangeTests" --output Detailed</c>.
/// </summary>
public sealed class ClockChangeTests(ITestOutputHelper output)
{
    private const int OneOf = 97;

    /// <summary>Also those by which no schedule may go, and each of several names of one zone: what .NET makes of two is not shown to be the same by the same rules.</summary>
    private static readonly TimeZoneInfo[] Zones = [..
        from name in ZoneDatabase.Names.Values.Order(StringComparer.Ordinal)
        select TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null into zone
        where zone is not null
        select zone];

    private static bool IsFull => Environment.GetEnvironmentVariable("JOBSERVICE_PROOF") is "full";

    [Fact]
    public void Every_rule_is_due_when_brute_force_says_so()
    {
        var (changing, changes, cases, wrong) = (new HashSet<string>(), 0, 0, new List<string>());
        foreach (var (zone, change) in Changes())
        {
            var window = new ClockWindow(zone, change);
            changing.Add(zone.Id);
            changes++;
            foreach (var rule in ClockCase.All)
            {
                cases++;
                var expected = window.Due(rule);
                var actual = Cadence(rule, zone).After(Utc(window.From)).Select(occurrence => occurrence.At.UtcDateTime).TakeWhile(at => at <= window.To).ToArray();
                if (!expected.SequenceEqual(actual))
                    wrong.Add($"{zone.Id} {change:u} '{rule.Text}': {Times(expected.Except(actual))} are missing, {Times(actual.Except(expected))} are too many");
            }
        }

        output.WriteLine($"{changes} changes of {changing.Count} names, of {Zones.Length} that .NET reads and {ZoneDatabase.Names.Count} in the database: {cases} cases, {wrong.Count} wrong");
        Assert.True(changes > 0);
        Assert.Empty(wrong.Take(20));
    }

    /// <summary>Cronos answers the same but for four things, each of which is told here.</summary>
    [Fact]
    public void Cronos_says_the_same_but_where_it_is_meant_otherwise()
    {
        var (cases, looksBack, moves, repeats, misled, wrong) = (0, 0, 0, 0, 0, new List<string>());
        var misleading = new Dictionary<(string, DateTime), bool>();
        foreach (var (zone, change) in Changes())
        {
            foreach (var rule in ClockCase.All)
            {
                var (ours, theirs) = (Cadence(rule, zone), Cronos.CronExpression.Parse(rule.Text));
                for (var after = change.AddHours(-30); after < change.AddHours(30); after = after.AddMinutes(47))
                {
                    cases++;
                    var said = theirs.GetNextOccurrence(after, zone)!.Value;
                    if (said <= after)
                        looksBack++; // Asked what comes after an instant, it answers with one that does not.
                    else if (said == change && !rule.NamesItsHours && !rule.Allows(Local(said, zone)))
                        moves++; // What steps into the gap comes at the change; ours leaves it out.
                    else if (rule.NamesItsHours && Enumerable.Range(1, 180).Any(minutes => Local(said.AddMinutes(-minutes), zone) == Local(said, zone)))
                        repeats++; // A named hour that steps through its minutes comes twice; ours comes once.
                    else if (said == ours.Next(Utc(after))?.At.UtcDateTime)
                        continue;
                    else if (ChangesUpTo(zone, change, said).Any(IsMisleading))
                        misled++; // It asks .NET about local times, and is told what the clocks do not show.
                    else
                        wrong.Add($"{zone.Id} '{rule.Text}' after {after:u}: {said:u} says Cronos, {ours.Next(Utc(after))?.At:u} we");
                }
            }

            bool IsMisleading(DateTime at) => misleading.TryGetValue((zone.Id, at), out var known) ? known : misleading[(zone.Id, at)] = LocalTimes.Mislead(zone, at);
        }

        output.WriteLine(
            $"{cases} cases: {looksBack} times Cronos looks back, {moves} times it moves a step, {repeats} times it repeats an hour, {misled} times .NET misleads it "
            + $"(about {misleading.Count(change => change.Value)} changes); {wrong.Count} other differences");
        Assert.Empty(wrong.Take(20));
    }

    /// <summary>The change that is looked at, and what comes behind it until the answer.</summary>
    private static IEnumerable<DateTime> ChangesUpTo(TimeZoneInfo zone, DateTime change, DateTime said) =>
        ClockWindow.Changes(zone, change.Year, said.Year + 1).Where(other => other > change && other < said.AddDays(1)).Prepend(change);

    private static IEnumerable<(TimeZoneInfo Zone, DateTime Change)> Changes() => Zones
        .Where((_, i) => IsFull || i % 7 == 0)
        .SelectMany(zone => ClockWindow.Changes(zone, 1980, 2040), (zone, change) => (zone, change))
        .Where((_, i) => IsFull || i % OneOf == 0);

    private static CronCadence Cadence(ClockCase rule, TimeZoneInfo zone) => CronCadence.TryParse(rule.Text, zone, "name", out _)!;

    private static DateTime Local(DateTime at, TimeZoneInfo zone) => DateTime.SpecifyKind(at + zone.GetUtcOffset(at), DateTimeKind.Unspecified);

    private static DateTimeOffset Utc(DateTime instant) => new(instant, TimeSpan.Zero);

    private static string Times(IEnumerable<DateTime> times) => $"[{string.Join(", ", times.Take(3).Select(time => $"{time:u}"))}]";
}
