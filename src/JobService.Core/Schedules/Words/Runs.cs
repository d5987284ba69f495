namespace JobService.Core.Schedules.Words;

/// <summary>Numbers as one writes them down.</summary>
internal static class Runs
{
    /// <summary>Three and more in a row as one: 1, 3–6, 9.</summary>
    public static IEnumerable<(int From, int To)> Of(IEnumerable<int> values)
    {
        (int From, int To)? run = null;
        foreach (var value in values)
        {
            if (run is { } current && current.To == value - 1)
            {
                run = (current.From, value);
                continue;
            }

            foreach (var told in Told(run))
                yield return told;
            run = (value, value);
        }

        foreach (var told in Told(run))
            yield return told;
    }

    private static IEnumerable<(int From, int To)> Told((int From, int To)? run) => run switch
    {
        null => [],
        { } two when two.To == two.From + 1 => [(two.From, two.From), (two.To, two.To)],
        { } one => [one],
    };
}
