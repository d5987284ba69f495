using System.Text;
using BenchmarkDotNet.Attributes;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.Jobs;
using JobService.Core.Routing;

namespace JobService.MicroBench;

/// <summary>What a POST of a job does before the database and after it: its body read and checked, its answer written.</summary>
public class Envelope
{
    private static readonly byte[] Small = Encoding.UTF8.GetBytes($$$"""{"type":"bench.noop","payload":{"n":1,"pad":"{{{new string('x', 184)}}}"}}""");

    private static readonly byte[] Everything = Encoding.UTF8.GetBytes(
        $$"""
        {"type":"email.send","payload":{"n":1,"pad":"{{new string('x', 184)}}"},"queue":"high","priority":9,"delay":"30s","deadline":"2030-12-01T10:00:00+01:00",
        "retry":{"maxAttempts":5,"backoff":"exponential","base":"1s","factor":2,"max":"1m","jitter":"equal","failOn":["validation.*"]},
        "timeout":{"soft":"2s","hard":"5s"},"tags":{"tenant":"42"},"metadata":{"requestedBy":"shop"},"keepResult":"7d"}
        """);

    private readonly JobRequestValidator validator = new(new JobIdSequence(TimeProvider.System), () => RoutingSnapshot.Empty);
    private NewJob job = null!;
    private EnqueuedJob enqueued = null!;

    [GlobalSetup]
    public void SetUp()
    {
        job = Accept(Small);
        enqueued = new EnqueuedJob(job.Id, JobState.Queued, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
    }

    /// <summary>A type and a payload of 200 bytes.</summary>
    [Benchmark(Baseline = true)]
    public object Request() => Accept(Small);

    /// <summary>The same payload with all that can be said of a job.</summary>
    [Benchmark]
    public object RequestOfEverything() => Accept(Everything);

    [Benchmark]
    public object Answer() => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(JobResponse.From(Job.Of(job, enqueued)), ApiJson.TypeOf<JobResponse>());

    private NewJob Accept(byte[] bytes)
    {
        var body = JsonBody<EnqueueRequest>.Parse(bytes);
        return !body.IsRefused(out var problem, out var request) && !validator.Validate(request, body.Bytes, EnqueueHeaders.None).IsRefused(out var refusal, out var accepted)
            ? accepted
            : throw new InvalidOperationException("The request was refused.");
    }
}
