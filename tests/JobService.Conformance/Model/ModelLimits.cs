using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Limits;

namespace JobService.Conformance.Model;

/// <summary>The limits of the model: what is set for which keys, and when the next job of each may start by its rate.</summary>
/// <param name="now">Moves the clock on, and says what time it is.</param>
internal sealed class ModelLimits(Func<DateTimeOffset> now) : ILimitStore
{
    private readonly Dictionary<LimitPattern, LimitSettings> limits = [];
    private readonly Dictionary<LimitKey, DateTimeOffset> nextStarts = [];

    /// <summary>All starts of a key since its rate was set.</summary>
    private readonly Dictionary<LimitKey, List<DateTimeOffset>> starts = [];

    public bool IsEmpty => limits.Count == 0;

    public Task<Result<bool>> SaveAsync(LimitPattern pattern, LimitSettings settings, CancellationToken cancellationToken)
    {
        var isNew = !limits.ContainsKey(pattern);
        Change(now(), () => limits[pattern] = settings);
        return Task.FromResult<Result<bool>>(isNew);
    }

    public Task<Result<LimitPattern>> DeleteAsync(LimitPattern pattern, CancellationToken cancellationToken)
    {
        var at = now();
        if (!limits.ContainsKey(pattern))
            return Task.FromResult<Result<LimitPattern>>(new Refusal.NotFound(""));
        Change(at, () => limits.Remove(pattern));
        return Task.FromResult<Result<LimitPattern>>(pattern);
    }

    /// <summary>How many more jobs of each key may start at an instant at which these run.</summary>
    public IReadOnlyDictionary<LimitKey, int> RoomsBeside(IEnumerable<ModelJob> running, IEnumerable<ModelJob> waiting, DateTimeOffset at)
    {
        var counts = running.SelectMany(KeysOf).CountBy(key => key).ToDictionary();
        return waiting.SelectMany(KeysOf).Distinct().ToDictionary(key => key, key => RoomOf(key, counts.GetValueOrDefault(key), at));
    }

    /// <summary>Where the limited keys of a job stand; what runs is told where it is counted.</summary>
    public IEnumerable<(LimitKey Key, LimitPattern Pattern, IReadOnlyList<JobId>? Running, bool IsOpen)> StandingsOf(ModelJob job, IEnumerable<ModelJob> running, DateTimeOffset at)
    {
        foreach (var key in KeysOf(job))
        {
            if (HoldingFor(key) is not var (pattern, settings))
                continue;
            var under = running.Where(other => KeysOf(other).Contains(key)).Select(other => other.Made.Id).ToArray();
            yield return (key, pattern, settings.MaxRunning is null ? null : under, RoomOf(key, under.Length, at) > 0);
        }
    }

    /// <summary>Notes that a job starts.</summary>
    public void Start(ModelJob job, DateTimeOffset at)
    {
        foreach (var key in KeysOf(job))
        {
            if (HoldingFor(key)?.Settings.Rate is not { } rate)
                continue;
            nextStarts[key] = Later(nextStarts.GetValueOrDefault(key), at) + rate.Interval;
            if (!starts.TryGetValue(key, out var since))
                starts[key] = since = [];
            since.Add(at);
            if (since.Where((from, i) => since.Count - i > rate.Burst + ((at - from) * rate.Limit / rate.Per)).Any())
                throw new InvalidOperationException($"In some time more jobs of {key} have started than its rate and its burst let through.");
        }
    }

    /// <summary>Those of its queue and its type, and what it names.</summary>
    public static IEnumerable<LimitKey> KeysOf(ModelJob job) => [LimitKey.Of(job.Queue), LimitKey.Of(job.Made.Type), .. job.Made.LimitKeys];

    private int RoomOf(LimitKey key, int running, DateTimeOffset at)
    {
        if (HoldingFor(key)?.Settings is not { } settings)
            return int.MaxValue;
        var byNumber = settings.MaxRunning - running ?? int.MaxValue;

        // Of a burst that is used up one comes back with each interval.
        var byRate = settings.Rate is { } rate ? (int)Math.Floor((at + (rate.Burst * rate.Interval) - Later(nextStarts.GetValueOrDefault(key), at)) / rate.Interval) : int.MaxValue;
        return settings.IsPaused ? 0 : Math.Min(byNumber, byRate);
    }

    /// <summary>The limit of the key itself, else the longest of those that it begins with.</summary>
    private (LimitPattern Pattern, LimitSettings Settings)? HoldingFor(LimitKey key) => limits
        .Where(limit => limit.Key.Matches(key))
        .OrderBy(limit => limit.Key.IsForMany).ThenByDescending(limit => limit.Key.Text.Length)
        .Select(limit => ((LimitPattern, LimitSettings)?)(limit.Key, limit.Value))
        .FirstOrDefault();

    /// <summary>A key that gets another rate has waited as long as it had, but never longer than its new burst takes; one without a rate begins anew with the next it gets.</summary>
    private void Change(DateTimeOffset at, Action change)
    {
        var before = nextStarts.Keys.ToDictionary(key => key, HoldingFor);
        change();
        foreach (var key in before.Keys.Where(key => HoldingFor(key) != before[key]))
        {
            starts.Remove(key);
            if (HoldingFor(key)?.Settings.Rate is not { } rate)
                nextStarts.Remove(key);
            else if (nextStarts[key] > at + (rate.Burst * rate.Interval))
                nextStarts[key] = at + (rate.Burst * rate.Interval);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
