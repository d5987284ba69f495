using System.Globalization;
using JobService.Core.JobTypes;
using JobService.Core.Workers;
using Microsoft.Net.Http.Headers;

namespace JobService.Api.JobTypes;

/// <summary>Shows a job type with who handles it now and how long its jobs take.</summary>
internal sealed class JobTypeReader(IJobTypeQueries types, IWorkerQueries workers)
{
    public async Task<JobTypeResponse> ShowAsync(JobTypeSettings settings, HttpContext context)
    {
        var handledBy = await HandlersAsync(context.RequestAborted);
        context.Response.Headers.ETag = Tag(settings.Revision).ToString();
        return JobTypeResponse.From(settings, [.. handledBy[settings.Type.Name]], await types.TimingsAsync(settings.Type, context.RequestAborted));
    }

    /// <summary>The names of the live workers by the types they have handlers for.</summary>
    public async Task<ILookup<string, string>> HandlersAsync(CancellationToken cancellationToken) =>
        (await workers.ListAsync(cancellationToken)).Where(worker => worker.EndedAt is null)
            .SelectMany(worker => worker.Types, (worker, type) => (Type: type, worker.Name))
            .ToLookup(pair => pair.Type, pair => pair.Name, StringComparer.Ordinal);

    /// <summary>Of what was PUT; who handles it and how long that takes is no part of it.</summary>
    public static EntityTagHeaderValue Tag(int revision) => new(string.Create(CultureInfo.InvariantCulture, $"\"{revision}\""));
}
