using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Core.JobTypes;

/// <summary>Where what is kept of job types is changed. Each call is one transaction.</summary>
public interface IJobTypeStore
{
    /// <summary>Keeps what the API gives of a type in place of all that it gave before; refused where that is not of the revision that is expected.</summary>
    /// <param name="type">The type; it need not have had any job.</param>
    /// <param name="schema">A JSON Schema, valid; null where the handlers' is to hold.</param>
    /// <param name="defaults">Valid defaults.</param>
    /// <param name="expected">The revision to be replaced, 0 for none; null for whichever it is.</param>
    /// <param name="cancellationToken">Ends the wait for it.</param>
    /// <returns>The new revision.</returns>
    Task<Result<int>> PutAsync(JobType type, string? schema, JobDefaults defaults, int? expected, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps the schemas of a worker's handlers beside those that other workers had within a day, so that versions of a handler may come and go in any order. One that has not been told of
    /// for a day while another of its type was is forgotten.
    /// </summary>
    Task TellHandlersAsync(IReadOnlyList<HandlerSchema> schemas, CancellationToken cancellationToken);
}
