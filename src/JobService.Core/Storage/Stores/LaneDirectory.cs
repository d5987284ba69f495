using System.Collections.Frozen;
using System.IO.Enumeration;
using JobService.Core.Claiming;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>The lanes there are, read again each second, and one worker's cursor in each. Safe for several claims at once.</summary>
internal sealed class LaneDirectory(TimeProvider clock)
{
    private static readonly string ReadLanes = SqlText.Read("read_lanes");
    private static readonly string ReadLimitedTypes = SqlText.Read("read_limited_types");
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadAtMostEvery = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<(int QueueId, short Rank), LaneCursor> cursors = [];
    private readonly long origin = clock.GetTimestamp();
    private IReadOnlyList<Lane> lanes = [];
    private TimeSpan? lastRead;
    private int turn;

    /// <summary>To be held wherever a cursor is used.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Grows with each reset.</summary>
    public int Generation { get; private set; }

    /// <summary>The number of the settings by which lanes are selected.</summary>
    public long SettingsVersion { get; private set; }

    /// <summary>Whether any job ever named a limit key.</summary>
    public bool HasLimited { get; private set; }

    /// <summary>The limited types, and the numbers of their keys.</summary>
    public IReadOnlyDictionary<int, int> LimitedTypes { get; private set; } = FrozenDictionary<int, int>.Empty;

    /// <summary>A time that never steps back.</summary>
    public TimeSpan Now => clock.GetElapsedTime(origin);

    /// <summary>
    /// The lanes to scan for a request, in order: those of suspects first where one may run, so that a busy queue does not starve
    /// it; then queue by queue, each by priority; both beginning with another each time.
    /// </summary>
    public async ValueTask<IReadOnlyList<Lane>> SelectAsync(NpgsqlConnection connection, ClaimRequest request, CancellationToken cancellationToken)
    {
        if (IsReadDue(ReadEvery))
            await ReadAsync(connection, cancellationToken);
        lock (Gate)
            return Select(request);
    }

    public LaneCursor Cursor(Lane lane)
    {
        if (!cursors.TryGetValue((lane.QueueId, lane.Rank), out var cursor))
            cursors[(lane.QueueId, lane.Rank)] = cursor = new LaneCursor();
        return cursor;
    }

    /// <summary>
    /// Whether there are lanes, or settings, that the last selection could not know. For a claim that found nothing: the first job of a new
    /// queue, or those of one that was resumed, must not wait until it is time to read again.
    /// </summary>
    public async ValueTask<bool> HasNewAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!IsReadDue(ReadAtMostEvery))
            return false;

        var known = (lanes.Count, SettingsVersion);
        await ReadAsync(connection, cancellationToken);
        return (lanes.Count, SettingsVersion) != known;
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
            lastRead = null;
            Generation++;
        }
    }

    private List<Lane> Select(ClaimRequest request)
    {
        var served = lanes
            .Where(lane => !lane.IsPaused && request.Queues.Any(glob => FileSystemName.MatchesSimpleExpression(glob, lane.QueueName, ignoreCase: false)))
            .GroupBy(lane => lane.IsForSuspects)
            .ToDictionary(group => group.Key, group => group.ToArray());
        turn++;

        var selected = new List<Lane>();
        if (request.AllowSuspect && served.TryGetValue(true, out var suspects))
            selected.AddRange(suspects.Select((_, i) => suspects[(turn + i) % suspects.Length]));
        if (served.TryGetValue(false, out var plain))
        {
            var queues = plain.GroupBy(lane => lane.QueueId).ToArray();
            for (var i = 0; i < queues.Length; i++)
                selected.AddRange(queues[(turn + i) % queues.Length].OrderBy(lane => lane.Rank));
        }

        return selected;
    }

    private bool IsReadDue(TimeSpan every)
    {
        lock (Gate)
            return lastRead is not { } last || Now - last >= every;
    }

    private async Task ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // The number is read first: what changes meanwhile has another, under which nothing is claimed.
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(ReadLanes), new NpgsqlBatchCommand(ReadLimitedTypes) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var (read, types, version, hasLimited) = (new List<Lane>(), new Dictionary<int, int>(), 0L, false);
        while (await reader.ReadAsync(cancellationToken))
        {
            (version, hasLimited) = (reader.GetInt64(0), reader.GetBoolean(1));
            if (!reader.IsDBNull(2))
            {
                read.Add(new Lane(reader.GetInt32(2), reader.GetInt16(3), reader.GetString(4))
                {
                    IsPaused = reader.GetBoolean(5),
                    LimitKey = reader.IsDBNull(6) ? null : reader.GetInt32(6),
                });
            }
        }

        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            types[reader.GetInt32(0)] = reader.GetInt32(1);

        lock (Gate)
            (lanes, lastRead, SettingsVersion, HasLimited, LimitedTypes) = (read, Now, version, hasLimited, types);
    }
}
