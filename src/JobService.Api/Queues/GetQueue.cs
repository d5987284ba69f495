using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using JobService.Core.Queues;

namespace JobService.Api.Queues;

internal static class GetQueue
{
    /// <summary>Shows what a queue is doing: how many jobs it has, how fast they come and go, and when it will be empty.</summary>
    /// <remarks>
    /// Nothing is counted for it, so it answers as fast with ten million jobs: the depths are those of this moment, the rates about a second behind. They are those of the last one to two minutes,
    /// and `estimatedDrain` is null when the queued jobs have not become fewer. 404 when nothing was enqueued in a queue of that name, and nobody has PUT it.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string name, IQueueQueries queries, CancellationToken cancellationToken) =>
        QueueName.TryParse(name, out var queue) && await queries.FindAsync(queue, cancellationToken) is { } statistics
            ? Results.Json(QueueStatisticsResponse.From(statistics), ApiJson.TypeOf<QueueStatisticsResponse>())
            : NotFound(name).ToResult();

    public static Refusal NotFound(string name) => new Refusal.NotFound($"There is no queue '{name}'.");
}
