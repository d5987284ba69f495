using JobService.Core.Jobs;
using JobService.Core.Storage.Stores;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Reading;

/// <summary>What a search looks for, in numbers, and where.</summary>
internal sealed record SearchScope
{
    /// <summary>How far the time in an id may be from when the database says the job was made: it waited for its commit, or a clock was off.</summary>
    private static readonly TimeSpan IdsAreWithin = TimeSpan.FromMinutes(1);

    private static readonly string ReadSearchScope = SqlText.Read("read_search_scope");

    /// <summary>The types of the filter; null for all.</summary>
    public required int[]? TypeIds { get; init; }

    public required int? QueueId { get; init; }

    /// <summary>As JSON; null for whatever they are.</summary>
    public required string? Tags { get; init; }

    public required DateTimeOffset? CreatedFrom { get; init; }

    public required DateTimeOffset? CreatedTo { get; init; }

    /// <summary>Null for all.</summary>
    public required short[]? States { get; init; }

    /// <summary>The workers of a name, one a boot; null for all.</summary>
    public required int[]? WorkerIds { get; init; }

    public required int? ScheduleId { get; init; }

    /// <summary>By the database's clock, when the search began.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The days to go through, the newest first; none where nothing can be found.</summary>
    public required IReadOnlyList<SearchStretch> Stretches { get; init; }

    public static async Task<SearchScope> ReadAsync(NpgsqlConnection connection, JobFilter filter, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadSearchScope, connection)
            .With(filter.TypeGlob is { } glob ? LikePattern(glob) : null, NpgsqlDbType.Text)
            .With(filter.Queue?.Name, NpgsqlDbType.Text)
            .With(filter.Worker, NpgsqlDbType.Text)
            .With(filter.Schedule, NpgsqlDbType.Text);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var scope = new SearchScope
        {
            TypeIds = reader.IsDBNull(0) ? null : reader.GetFieldValue<int[]>(0),
            QueueId = reader.IsDBNull(1) ? null : reader.GetInt32(1),
            Tags = StoredJson.Write(filter.Tags),
            CreatedFrom = filter.CreatedFrom,
            CreatedTo = filter.CreatedTo,
            States = filter.States.Count == 0 ? null : [.. filter.States.Select(state => (short)state)],
            WorkerIds = reader.IsDBNull(2) ? null : reader.GetFieldValue<int[]>(2),
            ScheduleId = reader.IsDBNull(3) ? null : reader.GetInt32(3),
            Now = reader.Instant(6),
            Stretches = [],
        };

        var days = reader.GetFieldValue<DateOnly[]>(4).Zip(reader.GetFieldValue<bool[]>(5)).ToArray();
        var isIndexUsed = scope.TypeIds is not null || scope.QueueId is not null || scope.Tags is not null;
        return scope.FindsNothing(filter) ? scope : scope with
        {
            Stretches = SearchStretch.Of(
                days.Select(day => (day.First, day.Second && isIndexUsed)),
                filter.CreatedFrom is { } from ? JobId.FirstAt(from - IdsAreWithin).Value : Guid.Empty,
                filter.CreatedTo is { } to ? JobId.FirstAt(to + IdsAreWithin).Value : Guid.AllBitsSet),
        };
    }

    /// <summary>A name that is nobody's.</summary>
    private bool FindsNothing(JobFilter filter) =>
        TypeIds is [] || WorkerIds is [] || filter.Queue is not null && QueueId is null || filter.Schedule is not null && ScheduleId is null;

    private static string LikePattern(string glob) => glob
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal)
        .Replace('*', '%')
        .Replace('?', '_');
}
