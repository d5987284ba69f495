using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Claims jobs that nothing limits, in one statement that needs no transaction: it takes nothing where it sees something that goes before.</summary>
internal sealed class PlainClaims(LaneDirectory lanes, LimitedDirectory limited, ClaimedDay day, TimeProvider clock)
{
    private static readonly string ClaimJobs = SqlText.Read("claim_jobs");

    /// <summary>Begins to look in some lanes.</summary>
    public LaneSelection Begin(ClaimView view, IReadOnlyList<ChosenLane> from, int maxJobs)
    {
        lock (lanes.Gate)
            return new LaneSelection(lanes, view.Choose(from), maxJobs);
    }

    /// <summary>The statement that claims.</summary>
    /// <param name="view">Where the claim looks.</param>
    /// <param name="selection">The lanes.</param>
    /// <param name="maxJobs">How many jobs it may take.</param>
    /// <param name="before">What may go before it; null where that doesn't matter.</param>
    public NpgsqlBatchCommand Command(ClaimView view, LaneSelection selection, int maxJobs, LimitedLook? before)
    {
        var quiet = before?.Quiet ?? [];
        var urgentBelow = before is { Arrivals: null, Quiet: [] } or null ? null : view.UrgentBelow;
        return new NpgsqlBatchCommand(ClaimJobs)
            .With(selection.QueueIds)
            .With(selection.Ranks)
            .With(selection.AfterSeqs)
            .With(selection.MaxJobs)
            .With(view.TypeIds)
            .With(maxJobs)
            .With(view.Request.Worker.Value)
            .With(day.Ids.First)
            .With(day.Ids.End)
            .With(view.Settings.Version)
            .With(selection.Shares)
            .With(selection.Rooms)
            .With(before?.Arrivals?.AfterSeq ?? long.MaxValue)
            .With(urgentBelow, NpgsqlDbType.Smallint)
            .With(quiet.Select(lane => lane.Place).ToArray())
            .With(quiet.Select(lane => lane.Rank).ToArray())
            .With(quiet.Count == 0 ? [] : Array.ConvertAll(before!.Scans, scan => scan.AfterSeq))
            .With(LimitedRows.TypesOf(quiet))
            .With(view.Settings.NewestLane);
    }

    /// <summary>Reads what was claimed, and learns from it where the lanes stand.</summary>
    /// <returns>Whether the settings and the lanes were those that were known.</returns>
    public async Task<bool> ObserveAsync(
        NpgsqlDataReader reader, LaneSelection selection, ClaimedJobs claimed, int maxJobs, long started, CancellationToken cancellationToken)
    {
        var head = await claimed.ReadAsync(reader, selection.Add, cancellationToken);
        if (head is { } headSeq and >= 0)
        {
            selection.Observe(limited.IsOpen, maxJobs, headSeq, clock.GetElapsedTime(started));
            return true;
        }

        selection.GiveUp();
        if (head is null)
            lanes.Outdate();
        else
            claimed.IsPutOff = true;
        return head is not null;
    }

    /// <summary>Claims from some lanes what there is room for beside what was claimed.</summary>
    /// <returns>False where a lane came meanwhile: nothing was claimed, and what would come after it must not be.</returns>
    public async Task<bool> ClaimAsync(
        NpgsqlConnection connection, ClaimView view, IReadOnlyList<ChosenLane> from, ClaimedJobs claimed, CancellationToken cancellationToken)
    {
        var slots = view.Request.MaxJobs - claimed.Count;
        if (claimed.HasSuspect)
            from = [.. from.Where(chosen => !chosen.Lane.IsForSuspects)];
        if (claimed.Count > 0)
            from = [.. from.Where(chosen => view.Room(chosen.Lane.QueueId) > 0)];
        if (slots <= 0 || from.Count == 0 || view.TypeIds.Length == 0)
            return true;

        var selection = Begin(view, from, slots);
        var started = clock.GetTimestamp();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Command(view, selection, slots, before: null) } };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var isCurrent = await ObserveAsync(reader, selection, claimed, slots, started, cancellationToken);
        foreach (var (queueId, jobs) in selection.Yields)
            view.Took(queueId, jobs);
        return isCurrent;
    }
}
