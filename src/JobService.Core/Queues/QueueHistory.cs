namespace JobService.Core.Queues;

/// <summary>Makes the steps of a history of the minutes that are kept: only those in which something happened.</summary>
internal static class QueueHistory
{
    /// <param name="window">The time that is told.</param>
    /// <param name="minutes">Those within it, the last first.</param>
    /// <param name="end">How many jobs there were at its end. What there was before follows from what changed since.</param>
    public static IReadOnlyList<QueueHistoryPoint> Points(QueueHistoryWindow window, IEnumerable<QueueMinute> minutes, QueueDepth end)
    {
        var points = new QueueHistoryPoint[window.Points];
        using var minute = minutes.GetEnumerator();
        var isMore = minute.MoveNext();
        for (var i = points.Length - 1; i >= 0; i--)
        {
            var at = window.From + i * window.Step;
            var (counts, change, waits, runs) = (default(QueueCounts), default(QueueDepth), new DurationHistogram(), new DurationHistogram());
            for (; isMore && minute.Current.At >= at; isMore = minute.MoveNext())
            {
                counts += minute.Current.Counts;
                change += minute.Current.Change;
                waits.Add(minute.Current.Waits);
                runs.Add(minute.Current.Runs);
            }

            points[i] = new QueueHistoryPoint { At = at, Counts = counts, Depth = end.AtLeastNone(), Wait = waits.Percentiles(), Run = runs.Percentiles() };
            end -= change;
        }

        return points;
    }
}
