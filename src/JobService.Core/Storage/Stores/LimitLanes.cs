using System.Collections.Concurrent;
using JobService.Core.Jobs;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// The numbers of lanes of limited jobs on one server, as far as this process has met them: kept while there are not too many, since a number never changes what
/// it stands for. New ones are committed before anything uses them.
/// </summary>
internal sealed class LimitLanes
{
    /// <summary>Some 30 MB. Beyond it everything is forgotten, and read again as it is needed.</summary>
    private const int MaxKnown = 100_000;

    private static readonly string InternLimitLanes = SqlText.Read("intern_limit_lanes");
    private static readonly string FindLimitLanes = SqlText.Read("find_limit_lanes");
    private static readonly string SettleLimitLanes = SqlText.Read("settle_limit_lanes");
    private static readonly string ReadLimitLanes = SqlText.Read("read_limit_lanes");

    private readonly ConcurrentDictionary<(int QueueId, int TypeId, string Keys), int> ids = new();
    private readonly ConcurrentDictionary<int, LimitLane> lanes = new();

    /// <summary>Keys as a text that PostgreSQL reads as an array; they hold nothing that it would have to escape.</summary>
    public static string Text(IEnumerable<LimitKey> keys) => $"{{{string.Join(',', keys.Select(key => $"\"{key}\""))}}}";

    public LimitLane? Find(int id) => lanes.GetValueOrDefault(id);

    /// <summary>The number of the lane of a set of keys; null where it is not known here.</summary>
    public int? Find((int QueueId, int TypeId, string Keys) set) => ids.TryGetValue(set, out var id) ? id : null;

    /// <summary>The numbers of the lanes of sets of keys, which get one where they have none.</summary>
    /// <param name="connection">To the server.</param>
    /// <param name="wanted">The sets.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isCommitted">Whether each statement is its own transaction: what a rollback may take away again is not remembered.</param>
    /// <param name="patience">For how long each waits for others; null for a second.</param>
    public async Task<IReadOnlyDictionary<(int QueueId, int TypeId, string Keys), int>> InternAsync(
        NpgsqlConnection connection, IEnumerable<(int QueueId, int TypeId, string Keys)> wanted, CancellationToken cancellationToken, bool isCommitted = true, TimeSpan? patience = null)
    {
        var found = new Dictionary<(int QueueId, int TypeId, string Keys), int>();
        var unknown = new List<(int QueueId, int TypeId, string Keys)>();
        foreach (var set in wanted.Distinct())
        {
            if (ids.TryGetValue(set, out var id))
                found[set] = id;
            else
                unknown.Add(set);
        }

        if (unknown.Count == 0)
            return found;

        // Most are new to this process alone.
        await FindAsync(connection, unknown, found, cancellationToken);
        (int QueueId, int TypeId, string Keys)[] missing = [.. unknown.Where(set => !found.ContainsKey(set))];
        if (missing.Length > 0)
        {
            await using (var intern = new NpgsqlBatch(connection))
            {
                if (isCommitted)
                    intern.BatchCommands.Add(NameTable.WithPatience(patience));
                intern.BatchCommands.Add(new NpgsqlBatchCommand(InternLimitLanes)
                    .With(Array.ConvertAll(missing, set => set.QueueId))
                    .With(Array.ConvertAll(missing, set => set.TypeId))
                    .With(Array.ConvertAll(missing, set => set.Keys)));
                await intern.ExecuteNonQueryAsync(cancellationToken);
            }

            await FindAsync(connection, missing, found, cancellationToken);
        }

        if (!isCommitted)
            return found;
        if (ids.Count + unknown.Count > MaxKnown)
            ids.Clear();
        foreach (var set in unknown)
            ids[set] = found[set];
        return found;
    }

    /// <summary>Sees to it that what these numbers stand for is known here, and that limits hold for it. Not to be called in a claim.</summary>
    public async Task LoadAsync(NpgsqlConnection connection, IReadOnlyCollection<int> wanted, CancellationToken cancellationToken)
    {
        int[] unknown = [.. wanted.Where(id => !lanes.ContainsKey(id))];
        if (unknown.Length == 0)
            return;

        if (lanes.Count + unknown.Length > MaxKnown)
            lanes.Clear();
        var (read, unsettled) = (new List<LimitLane>(), new List<int>());
        await using (var command = new NpgsqlCommand(ReadLimitLanes, connection).With(unknown))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                read.Add(new LimitLane(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetFieldValue<int[]>(3)));
                if (reader.GetBoolean(5))
                    unsettled.Add(reader.GetInt32(0));
            }
        }

        // Whoever knows a lane may claim from it.
        if (unsettled.Count > 0)
        {
            await using var settle = new NpgsqlCommand(SettleLimitLanes, connection).With(unsettled.ToArray());
            await settle.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var lane in read)
            lanes[lane.Id] = lane;
    }

    private static async Task FindAsync(
        NpgsqlConnection connection,
        IReadOnlyList<(int QueueId, int TypeId, string Keys)> sets,
        Dictionary<(int QueueId, int TypeId, string Keys), int> found,
        CancellationToken cancellationToken)
    {
        await using var command = Fill(new NpgsqlCommand(FindLimitLanes, connection), sets);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found[sets[(int)reader.GetInt64(0) - 1]] = reader.GetInt32(1);
    }

    private static NpgsqlCommand Fill(NpgsqlCommand command, IReadOnlyList<(int QueueId, int TypeId, string Keys)> sets) => command
        .With(sets.Select(set => set.QueueId).ToArray())
        .With(sets.Select(set => set.TypeId).ToArray())
        .With(sets.Select(set => set.Keys).ToArray());
}
