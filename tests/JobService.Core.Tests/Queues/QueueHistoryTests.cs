using CsCheck;
using JobService.Core.Queues;

namespace JobService.Core.Tests.Queues;

public sealed class QueueHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 12, 1, 7, 0, 0, TimeSpan.Zero);

    /// <summary>What happened in some of the minutes of two hours, by their number.</summary>
    private static readonly Gen<SortedDictionary<int, (int Enqueued, int Started, int Failed)>> Happened =
        Gen.Select(Gen.Int[0, 119], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9], (minute, enqueued, started, failed) => (minute, enqueued, started, failed)).Array[0, 60]
            .Select(all => new SortedDictionary<int, (int, int, int)>(all.DistinctBy(one => one.minute).ToDictionary(one => one.minute, one => (one.enqueued, one.started, one.failed))));

    [Fact]
    public void Each_step_tells_what_happened_in_its_minutes_and_what_there_was_at_its_end() =>
        Gen.Select(Happened, Gen.Int[0, 100], Gen.Int[1, 20], Gen.Int[0, 118]).Sample((happened, first, step, from) =>
        {
            var window = QueueHistoryWindow.Of(Start.AddMinutes(from), Start.AddMinutes(120), TimeSpan.FromMinutes(step), Start.AddDays(1)).Value!;
            var queued = 1_000 + first + happened.Values.Sum(one => one.Enqueued - one.Started);

            var points = QueueHistory.Points(window, happened.Where(one => one.Key >= from).Reverse().Select(one => Minute(one.Key, one.Value)), new QueueDepth(0, 0, queued, 0, 0));

            Assert.Equal((120 - from + step - 1) / step, points.Count);
            for (var i = 0; i < points.Count; i++)
            {
                var (begin, end) = (from + i * step, Math.Min(120, from + (i + 1) * step));
                var within = happened.Where(one => one.Key >= begin && one.Key < end).Select(one => one.Value).ToArray();
                Assert.Equal(Start.AddMinutes(begin), points[i].At);
                Assert.Equal(new QueueCounts(within.Sum(one => one.Enqueued), within.Sum(one => one.Started), 0, within.Sum(one => one.Failed), 0, 0), points[i].Counts);
                Assert.Equal(1_000 + first + happened.Where(one => one.Key < end).Sum(one => one.Value.Enqueued - one.Value.Started), points[i].Depth.Queued);
                Assert.Equal(within.Any(one => one.Started > 0), points[i].Wait is not null);
                Assert.Equal(within.Any(one => one.Failed > 0), points[i].Run is not null);
            }
        });

    private static QueueMinute Minute(int number, (int Enqueued, int Started, int Failed) happened) => new()
    {
        At = Start.AddMinutes(number),
        Counts = new QueueCounts(happened.Enqueued, happened.Started, 0, happened.Failed, 0, 0),
        Change = new QueueDepth(0, 0, happened.Enqueued - happened.Started, 0, 0),
        Waits = [0, happened.Started],
        Runs = [happened.Failed],
    };
}
