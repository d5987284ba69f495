using JobService.Core.Jobs;
using JobService.Core.Storage;

namespace JobService.Bench.Children;

/// <summary>What the API is compared with: Kestrel that does nothing, and one that does one INSERT a request.</summary>
internal static class ServeChild
{
    public static async Task<int> RunAsync(string kind, string connection, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddJobServiceStorage(_ => connection);
        builder.Services.AddSingleton<JobIdSequence>();
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        if (kind is "empty")
            app.MapPost("/api/v1/jobs", () => Results.StatusCode(201));
        else
            app.MapPost("/api/v1/jobs", InsertAsync);
        await app.RunAsync(url);
        return 0;
    }

    private static async Task<IResult> InsertAsync(IJobStore store, JobIdSequence ids)
    {
        await store.EnqueueAsync([new NewJob { Id = ids.Next(), Type = JobType.Parse(NoopHandler.Type), Payload = NoopPayload.Bytes(1) }], CancellationToken.None);
        return Results.StatusCode(201);
    }
}
