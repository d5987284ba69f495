using System.Collections.Frozen;
using JobService.Core.Claiming;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>The lanes there are, read again each second, and one worker's cursor in each. Safe for several claims at once.</summary>
internal sealed class LaneDirectory(TimeProvider clock)
{
    private static readonly string ReadLanes = SqlText.Read("read_lanes");
    private static readonly string ReadImpliedLimits = SqlText.Read("read_implied_limits");
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadAtMostEvery = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<(int QueueId, short Rank), LaneCursor> cursors = [];
    private readonly long origin = clock.GetTimestamp();
    private IReadOnlyList<Lane> lanes = [];
    private IReadOnlyDictionary<int, string> queueNames = FrozenDictionary<int, string>.Empty;
    private LaneSettings settings = LaneSettings.None;
    private TimeSpan? lastRead;

    /// <summary>To be held wherever a cursor is used.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Grows with each reset.</summary>
    public int Generation { get; private set; }

    /// <summary>A time that never steps back.</summary>
    public TimeSpan Now => clock.GetElapsedTime(origin);

    /// <summary>Whose turn it is; to be used under the gate.</summary>
    public LaneOrder Order { get; private set; } = new();

    /// <summary>The lanes to scan for a request, in order. Null when there is none; then they have just been read: there is nothing else to look at.</summary>
    /// <param name="connection">By which they are read.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="typeIds">The numbers of its types.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<LaneChoice?> SelectAsync(NpgsqlConnection connection, ClaimRequest request, int[] typeIds, CancellationToken cancellationToken)
    {
        if (!IsReadDue() && HasMet(typeIds) && Select(request) is { } selection)
            return selection;
        await ReadAsync(connection, typeIds, cancellationToken);
        return Select(request);
    }

    public LaneCursor Cursor(Lane lane)
    {
        if (!cursors.TryGetValue((lane.QueueId, lane.Rank), out var cursor))
            cursors[(lane.QueueId, lane.Rank)] = cursor = new LaneCursor();
        return cursor;
    }

    /// <summary>Whether a request asks for a queue, be it that it can have nothing of it now; to be used under the gate.</summary>
    public bool IsAskedFor(ClaimRequest request, int queueId) =>
        queueNames.TryGetValue(queueId, out var name) && request.Queues.Any(selection => selection.Matches(name));

    /// <summary>Whether a queue may have more jobs without limits than were taken; to be used under the gate.</summary>
    public bool HasBacklog(int queueId) => cursors.Any(lane => lane.Key.QueueId == queueId && lane.Key.Rank < Lane.SuspectRank && lane.Value.IsBacklogged);

    /// <summary>
    /// Whether there are lanes, or settings, that the last selection could not know. For a claim that found nothing: the first job of a new
    /// queue, those of one that was resumed, or the first that names a limit key, must not wait until it is time to read again.
    /// </summary>
    /// <param name="connection">By which they are read.</param>
    /// <param name="since">When the claim began, by <see cref="Now"/>: what was read since is new enough.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there are; or after how long that can be asked, where they were read just before.</returns>
    public async ValueTask<(bool HasNew, TimeSpan? AskIn)> HasNewAsync(NpgsqlConnection connection, TimeSpan since, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            if (lastRead + ReadAtMostEvery - Now is { } wait && wait > TimeSpan.Zero)
                return (false, lastRead < since ? wait : null);
        }

        // A lane that was committed late may not be the newest.
        var known = (settings.Version, settings.NewestLane, settings.HasLimited, lanes.Count);
        await ReadAsync(connection, typeIds: [], cancellationToken);
        return ((settings.Version, settings.NewestLane, settings.HasLimited, lanes.Count) != known, null);
    }

    /// <summary>Whether they are read before the next selection, at whatever time that is.</summary>
    public bool IsOutdated
    {
        get
        {
            lock (Gate)
                return lastRead is null;
        }
    }

    /// <summary>Lets them be read before the next selection.</summary>
    public void Outdate()
    {
        lock (Gate)
            lastRead = null;
    }

    /// <summary>Forgets every position: each lane is swept from its start.</summary>
    public void Reset()
    {
        lock (Gate)
        {
            cursors.Clear();
            Order = new LaneOrder();
            settings = LaneSettings.None;
            lastRead = null;
            Generation++;
        }
    }

    private LaneChoice? Select(ClaimRequest request)
    {
        lock (Gate)
            return Order.Choose(lanes, request) is { } choice ? choice with { Settings = settings } : null;
    }

    private bool HasMet(int[] typeIds)
    {
        lock (Gate)
            return Array.TrueForAll(typeIds, settings.MetTypes.Contains);
    }

    private bool IsReadDue()
    {
        lock (Gate)
            return lastRead is not { } last || Now - last >= ReadEvery;
    }

    /// <param name="connection">By which they are read.</param>
    /// <param name="typeIds">Whose limits must be known then.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task ReadAsync(NpgsqlConnection connection, int[] typeIds, CancellationToken cancellationToken)
    {
        var (read, version, newestLane, hasLimited) = (new List<Lane>(), 0L, 0L, false);
        await using (var command = new NpgsqlCommand(ReadLanes, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                (version, newestLane, hasLimited) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetBoolean(2));
                if (!reader.IsDBNull(3))
                    read.Add(new Lane(reader.GetInt32(3), reader.GetInt16(4), reader.GetString(5)) { IsPaused = reader.GetBoolean(6), Weight = reader.GetInt32(7) });
            }
        }

        // The number is read first: what changes meanwhile has another, under which nothing is claimed.
        // A queue or a type that is new may have been limited before it was there.
        LaneSettings known;
        HashSet<int> met;
        lock (Gate)
            (known, met) = (settings, lanes.Select(lane => lane.QueueId).ToHashSet());
        var isSame = version == known.Version && read.TrueForAll(lane => met.Contains(lane.QueueId)) && Array.TrueForAll(typeIds, known.MetTypes.Contains);
        var (queues, types) = isSame ? (known.LimitedQueues, known.LimitedTypes) : await ReadLimitsAsync(connection, cancellationToken);
        var metTypes = isSame ? known.MetTypes : known.MetTypes.Union(typeIds).ToFrozenSet();
        for (var i = 0; i < read.Count && queues.Count > 0; i++)
        {
            if (queues.TryGetValue(read[i].QueueId, out var key))
                read[i] = read[i] with { LimitKey = key };
        }

        lock (Gate)
            (lanes, queueNames, lastRead, settings) = (read, read.DistinctBy(lane => lane.QueueId).ToDictionary(lane => lane.QueueId, lane => lane.QueueName), Now, new LaneSettings(version, newestLane, hasLimited, queues, types, metTypes));
    }

    private static async Task<(IReadOnlyDictionary<int, int> Queues, IReadOnlyDictionary<int, int> Types)> ReadLimitsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadImpliedLimits, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (queues, types) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        while (await reader.ReadAsync(cancellationToken))
            (reader.GetBoolean(0) ? queues : types)[reader.GetInt32(1)] = reader.GetInt32(2);
        return (queues, types);
    }
}
