using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Queues;

namespace JobService.Api.Queues;

internal static class PutQueue
{
    /// <summary>Says how a queue is served, and makes it where there is none.</summary>
    /// <remarks>
    /// 201 when there was none of that name, else 200. The settings are replaced as a whole: what is left out is as it is by default. A pause stays. Workers go by a new
    /// weight within a second.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string name, JsonBody<QueueRequest> body, IQueueStore store)
    {
        if (QueuePath.Name(name).IsRefused(out var unknown, out var queue))
            return unknown.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (request.ToSettings().IsRefused(out var invalid, out var settings))
            return invalid.ToResult();

        var saved = await store.SaveAsync(queue, settings, CancellationToken.None);
        var answer = Results.Json(QueueResponse.From(saved.Queue), ApiJson.TypeOf<QueueResponse>(), statusCode: saved.IsNew ? 201 : 200);
        return saved.IsNew ? answer.At($"/api/v1/queues/{queue}") : answer;
    }
}
