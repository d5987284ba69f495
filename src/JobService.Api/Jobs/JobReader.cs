using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>Reads the job that a path names.</summary>
internal sealed class JobReader(IJobQueries queries)
{
    /// <summary>The job; refused as not found where <paramref name="id"/> is no id at all.</summary>
    public Task<Result<Job>> FindAsync(string id, CancellationToken cancellationToken) => JobId.TryParse(id, out var jobId)
        ? FindAsync(jobId, cancellationToken)
        : Task.FromResult<Result<Job>>(new Refusal.NotFound($"There is no job '{id}': an id is a UUID of version 7."));

    public Task<Result<Job>> FindAsync(JobId id, CancellationToken cancellationToken) => queries.FindAsync(id, cancellationToken);

    /// <summary>Runs a command on the job that a path names, and reads what became of it.</summary>
    public async Task<Result<Job>> AfterAsync<T>(string id, Func<JobId, Task<Result<T>>> command, CancellationToken cancellationToken)
        where T : notnull
    {
        if (!JobId.TryParse(id, out var jobId))
            return await FindAsync(id, cancellationToken);
        if ((await command(jobId)).IsRefused(out var refusal, out _) && refusal is not Refusal.NotFound)
            return refusal;

        // Unknown or pruned: the reading tells which.
        return await FindAsync(jobId, cancellationToken);
    }
}
