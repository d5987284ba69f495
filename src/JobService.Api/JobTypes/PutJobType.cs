using System.Text;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using JobService.Core.JobTypes.Schemas;
using JobService.Core.Queues;

namespace JobService.Api.JobTypes;

internal static class PutJobType
{
    /// <summary>Gives a job type its defaults and the schema of its payloads, in place of all that was given before.</summary>
    /// <remarks>
    /// Both hold for what is enqueued from then on, here at once and on every other node within a second. Without a schema that of the handler holds, which workers tell. A schema that
    /// can't be checked in bounded time is refused: nothing is fetched, and patterns have no look-around and no back-references. With `If-Match` only the revision that the caller knows is replaced.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string type, JsonBody<JobTypeRequest> body, IJobTypeQueries types, IJobTypeStore store, JobRouter router, JobTypeReader reader, HttpContext context)
    {
        if (!JobType.TryParse(type, out var parsed))
            return new Refusal.Invalid([new Fault("type", $"Expected a name that matches {NamePattern.Expression}.")]).ToResult();
        if (ETagCondition.IfMatch(context.Request.Headers).IsRefused(out var malformed, out var condition))
            return malformed.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (Read(request, body.Bytes).IsRefused(out var invalid, out var given))
            return invalid.ToResult();

        int? expected = null;
        if (condition is { IsGiven: true, IsAny: false })
        {
            expected = (await types.FindAsync(parsed, context.RequestAborted)).Revision;
            if (!condition.Names(JobTypeReader.Tag(expected.Value)))
                return new Refusal.PreconditionFailed($"The job type {parsed} has changed since you read it.").ToResult();
        }

        if ((await store.PutAsync(parsed, given.Schema, given.Defaults, expected, CancellationToken.None)).IsRefused(out var refusal, out _))
            return refusal.ToResult();
        await router.ChangedAsync(context.RequestAborted);
        return Results.Json(await reader.ShowAsync(await types.FindAsync(parsed, context.RequestAborted), context), ApiJson.TypeOf<JobTypeResponse>());
    }

    private static Result<Given> Read(JobTypeRequest request, ReadOnlyMemory<byte> body)
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        var schema = request.Schema.Of(body) is { } bytes && !bytes.Span.SequenceEqual("null"u8) ? bytes : default(ReadOnlyMemory<byte>?);
        if (schema is { } json && PayloadSchema.Read(json, "/schema").IsRefused(out var refusal, out _))
            faults.Add(((Refusal.Invalid)refusal).Faults);
        var defaults = request.Defaults is null ? JobDefaults.None : JobDefaultsRules.Read(request.Defaults, "/defaults", faults);
        faults.AddFurther(defaults.Check("/defaults"));
        return faults.Any ? faults.ToRefusal() : new Given(schema is { } text ? Encoding.UTF8.GetString(text.Span) : null, defaults);
    }

    private sealed record Given(string? Schema, JobDefaults Defaults);
}
