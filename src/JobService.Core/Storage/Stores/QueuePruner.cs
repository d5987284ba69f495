using JobService.Core.Jobs;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Removes the final jobs of queues that keep them shorter than the service does. A job has no index by its queue, so each is looked at once, in the order in
/// which they were made, a while after its time; once a day all of them, since some end late.
/// </summary>
internal sealed class QueuePruner(NpgsqlDataSource database)
{
    /// <summary>How many jobs one statement looks at.</summary>
    private const int Batch = 5_000;

    /// <summary>A job that takes longer than that from its making to its end is found by the daily look at all.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromHours(6);

    private static readonly TimeSpan LookAtAllEvery = TimeSpan.FromDays(1);

    private static readonly string ReadQueueRetentions = SqlText.Read("read_queue_retentions");
    private static readonly string PruneQueueJobs = SqlText.Read("prune_queue_jobs");

    /// <summary>By retention: from when on jobs were not looked at in time, and up to when they were all looked at last.</summary>
    private readonly Dictionary<long, (DateTimeOffset From, DateTimeOffset All)> looked = [];

    /// <summary>How many were removed. If the process dies in between, the next look begins anew.</summary>
    public async Task<int> PruneAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        foreach (var (keepMs, madeBefore, oldest) in await RetentionsAsync(cancellationToken))
        {
            var isAllDue = !looked.TryGetValue(keepMs, out var last) || madeBefore - last.All >= LookAtAllEvery;
            var from = isAllDue ? oldest : last.From;
            for (var day = StartOfDay(from); day < madeBefore; day = day.AddDays(1))
                total += await PruneAsync(keepMs, Later(from, day), Earlier(day.AddDays(1), madeBefore), cancellationToken);
            looked[keepMs] = (madeBefore - Lag, isAllDue ? madeBefore : last.All);
        }

        return total;
    }

    private async Task<int> PruneAsync(long keepMs, DateTimeOffset from, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var total = 0;
        Guid? after = JobId.FirstAt(from).Value;
        while (after is { } last)
        {
            await using var command = database.CreateCommand(PruneQueueJobs).With(last).With(JobId.FirstAt(end).Value).With(keepMs).With(Batch);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            after = reader.IsDBNull(0) ? null : reader.GetGuid(0);
            total += reader.GetInt32(1);
        }

        return total;
    }

    private async Task<IReadOnlyList<(long KeepMs, DateTimeOffset MadeBefore, DateTimeOffset Oldest)>> RetentionsAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadQueueRetentions);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var retentions = new List<(long, DateTimeOffset, DateTimeOffset)>();
        while (await reader.ReadAsync(cancellationToken))
            retentions.Add((reader.GetInt64(0), reader.Instant(1), reader.InstantOrNull(2) ?? reader.Instant(1)));
        return retentions;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset StartOfDay(DateTimeOffset instant) => instant - instant.TimeOfDay;
}
