using System.Text.Json;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using JobService.Core.Storage.Stores;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads what is kept of job types.</summary>
internal sealed class PostgresJobTypeQueries(IDbContextFactory<JobServiceDbContext> contexts, NpgsqlDataSource database) : IJobTypeQueries
{
    private static readonly string ReadJobTypeNames = SqlText.Read("read_job_type_names");
    private static readonly string ReadJobTypeTimings = SqlText.Read("read_job_type_timings");

    public Task<IReadOnlyList<JobTypeSettings>> SettingsAsync(CancellationToken cancellationToken) => ReadAsync(only: null, cancellationToken);

    public async Task<JobTypeSettings> FindAsync(JobType type, CancellationToken cancellationToken) =>
        (await ReadAsync(type.Name, cancellationToken)).SingleOrDefault() ?? new JobTypeSettings { Type = type };

    public async Task<IReadOnlyList<JobType>> NamesAsync(JobType? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadJobTypeNames).With(after?.Name, NpgsqlDbType.Text).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<JobType>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(JobType.Parse(reader.GetString(0)));
        return names;
    }

    public async Task<JobTypeTimings?> TimingsAsync(JobType type, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadJobTypeTimings).With(type.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.GetInt64(0) is not (> 0 and var jobs))
            return null;
        var (wait, run) = (reader.GetFieldValue<double[]>(1), reader.GetFieldValue<double[]>(2));
        return new JobTypeTimings((int)jobs, Milliseconds(wait[0]), Milliseconds(wait[1]), Milliseconds(run[0]), Milliseconds(run[1]));
    }

    private static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(Math.Round(value));

    private async Task<IReadOnlyList<JobTypeSettings>> ReadAsync(string? only, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var given = (await context.JobTypeSettings.Where(row => only == null || row.Type == only).ToListAsync(cancellationToken)).ToDictionary(row => row.Type, StringComparer.Ordinal);
        var handlers = (await context.HandlerSchemas.Where(row => only == null || row.Type == only).ToListAsync(cancellationToken)).ToLookup(row => row.Type, StringComparer.Ordinal);
        return [.. given.Keys.Union(handlers.Select(rows => rows.Key), StringComparer.Ordinal).Select(type => Of(type, given.GetValueOrDefault(type), handlers[type]))];
    }

    private static JobTypeSettings Of(string type, JobTypeSettingsRow? given, IEnumerable<HandlerSchemaRow> handlers) => new()
    {
        Type = JobType.Parse(type),
        Defaults = given is null ? JobDefaults.None : JsonSerializer.Deserialize(given.Defaults, StoredJsonContext.Default.StoredDefaults)!.ToDefaults(),
        GivenSchema = given?.Schema,
        HandlerSchemas = [.. handlers.OrderByDescending(row => row.FirstSeenAt).ThenBy(row => row.Hash, StringComparer.Ordinal).Select(row => row.Schema)],
        Revision = given?.Revision ?? 0,
        UpdatedAt = given?.UpdatedAt,
    };
}
