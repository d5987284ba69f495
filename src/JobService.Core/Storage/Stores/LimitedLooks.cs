using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>Looks for limited jobs that came to wait, and takes up the lanes they wait in.</summary>
internal sealed class LimitedLooks(LaneDirectory lanes, LimitedDirectory directory)
{
    /// <summary>Jobs that came since the last look; those beyond are found by the next.</summary>
    private const int MaxArrivals = 5_000;

    private static readonly string ReadLastStarts = SqlText.Read("read_last_starts");
    private static readonly string ReadArrivals = SqlText.Read("read_arrivals");
    private static readonly string ReadWaitingLanes = SqlText.Read("read_waiting_lanes");

    /// <summary>Looks whether limited jobs came to wait anywhere, in the same breath as something else.</summary>
    public LimitedLook Look(ClaimView view)
    {
        lock (lanes.Gate)
        {
            return new LimitedLook(
                view.Quiet,
                [.. view.Quiet.Select(lane => lane.Cursor.Begin(lanes.Now))],
                view.Settings.HasLimited ? directory.Arrivals.Begin(lanes.Now) : null,
                view.Limited.Count > 0 ? directory.Next : [],
                lanes.Generation)
            {
                IsFirst = view.Settings.HasLimited && directory.Arrivals.IsNew,
            };
        }
    }

    /// <summary>Adds the statements of a look.</summary>
    public static void Add(NpgsqlBatch batch, LimitedLook look)
    {
        if (look.Quiet.Count > 0)
            batch.BatchCommands.Add(LimitedRows.CountJobs(look.Quiet, look.Scans, atMost: 1));
        if (look.Next.Count > 0)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadLastStarts).With(look.Next.SelectMany(lane => lane.KeyIds).Distinct().ToArray()));
        if (look.Arrivals is { } scan)
        {
            batch.BatchCommands.Add(scan.Scan == LaneScan.Full
                ? new NpgsqlBatchCommand(ReadWaitingLanes)
                : new NpgsqlBatchCommand(ReadArrivals).With(scan.AfterSeq).With(MaxArrivals));
        }
    }

    /// <summary>Reads the answer to a look, whose first result the reader stands at.</summary>
    public async Task<IReadOnlyList<(int Place, short Rank)>> ReadAsync(NpgsqlDataReader reader, LimitedLook look, TimeSpan took, CancellationToken cancellationToken)
    {
        if (look.Quiet.Count > 0)
        {
            var (waiting, _, head) = await LimitedRows.ReadCountAsync(reader, look.Quiet.Count, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            lock (lanes.Gate)
            {
                for (var i = 0; i < waiting.Length && look.Generation == lanes.Generation; i++)
                {
                    var (lane, (scan, afterSeq), (jobs, firstSeq)) = (look.Quiet[i], look.Scans[i], waiting[i]);
                    lane.IsActive |= jobs > 0;
                    if (jobs == 0)
                        lane.Cursor.End(scan, afterSeq, lanes.Now, lastSeq: 0, isExhausted: true, head, took);
                    else
                        lane.Cursor.Leave(scan, afterSeq, lanes.Now, firstSeq, took);
                }
            }
        }

        if (look.Next.Count > 0)
        {
            var starts = await LimitedRows.ReadLastStartsAsync(reader, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            lock (lanes.Gate)
            {
                // The key that was served the longest ago counts, as in a claim.
                foreach (var lane in look.Next)
                {
                    var elsewhere = lane.KeyIds.Where(starts.ContainsKey).Select(key => starts[key]).DefaultIfEmpty().Min();
                    if (elsewhere > lane.LastStartedAt)
                        lane.LastStartedAt = elsewhere;
                }
            }
        }

        var came = new List<(int Place, short Rank)>();
        if (look.Arrivals is not { } arrivals)
            return came;

        var (headSeq, lastSeq, count) = (0L, 0L, 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            headSeq = reader.GetInt64(0);
            if (reader.IsDBNull(1))
                continue;
            came.Add((reader.GetInt32(1), reader.GetInt16(2)));
            if (!reader.IsDBNull(3))
                (lastSeq, count) = (Math.Max(lastSeq, reader.GetInt64(3)), count + reader.GetInt32(4));
        }

        lock (lanes.Gate)
        {
            if (look.Generation == lanes.Generation)
                directory.Arrivals.End(arrivals.Scan, arrivals.AfterSeq, lanes.Now, lastSeq, isExhausted: count < MaxArrivals, headSeq, took);
        }

        return came;
    }

    /// <summary>Takes up the lanes that got something and that are this worker's, also where their queue is paused or has no room now: they are not told of again.</summary>
    public async Task MeetAsync(
        NpgsqlConnection connection, NameTable names, ClaimView view, LimitedLook look, IReadOnlyList<(int Place, short Rank)> came, CancellationToken cancellationToken)
    {
        if (came.Count == 0)
            return;

        await names.LimitLanes.LoadAsync(connection, [.. came.Select(lane => lane.Place).Distinct()], cancellationToken);
        var types = view.Request.Types.Select(names.Id).ToHashSet();
        lock (lanes.Gate)
        {
            // What was reset meanwhile may have been of another server.
            if (look.Generation != lanes.Generation)
                return;
            foreach (var (place, rank) in came)
            {
                if (names.LimitLanes.Find(place) is { } lane && types.Contains(lane.TypeId) && lanes.IsAskedFor(view.Request, lane.QueueId))
                    LimitedDirectory.Hear(directory.MeetNamed(place, rank, lane.QueueId, lane.TypeId, lane.KeyIds));
            }
        }
    }

    /// <summary>Whether what a look has found may go before what was to be claimed in the same breath, and was not known of: then it is met first, and nothing is claimed before.</summary>
    public bool IsUrgent(ClaimView view, IReadOnlyList<(int Place, short Rank)> came)
    {
        if (view.UrgentBelow is not { } bound)
            return false;
        lock (lanes.Gate)
        {
            if (view.Quiet.Any(lane => lane.IsActive && lane.Rank < bound))
                return true;
            var urgent = came.Where(lane => lane.Rank < bound).ToArray();
            return urgent.Length > 0 && !directory.Known().IsSupersetOf(urgent);
        }
    }
}
