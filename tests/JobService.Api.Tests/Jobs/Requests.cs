using System.Text;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Routing;

namespace JobService.Api.Tests.Jobs;

/// <summary>A request as it comes over the wire, read and validated.</summary>
internal static class Requests
{
    private static readonly JobRequestValidator Validator = new(new JobIdSequence(TimeProvider.System), () => RoutingSnapshot.Empty);

    public static Result<NewJob> Enqueue(string json) => Enqueue(Encoding.UTF8.GetBytes(json));

    public static Result<NewJob> Enqueue(byte[] json) =>
        JsonText.Parse(json, ApiJson.TypeOf<EnqueueRequest>()).IsRefused(out var refusal, out var request)
            ? refusal
            : Validator.Validate(request, json, EnqueueHeaders.None);

    public static NewJob Accepted(string json) =>
        Enqueue(json).IsRefused(out var refusal, out var job) ? throw new InvalidOperationException(Describe(refusal)) : job;

    /// <summary>The status a refusal has, and the pointers it names.</summary>
    public static (int Status, string Pointers) Refused<T>(Result<T> result)
        where T : notnull =>
        result.IsRefused(out var refusal, out _) ? Read(refusal) : throw new InvalidOperationException("It was accepted.");

    public static (int Status, string Pointers) Read(Refusal refusal) => refusal switch
    {
        Refusal.Malformed { Faults: var faults } => (400, Join(faults)),
        Refusal.Invalid { Faults: var faults } => (422, Join(faults)),
        Refusal.TooLarge => (413, ""),
        _ => (0, refusal.ToString()),
    };

    private static string Join(IReadOnlyList<Fault> faults) => string.Join(' ', faults.Select(fault => fault.Pointer));

    private static string Describe(Refusal refusal) => refusal is Refusal.Invalid { Faults: var invalid } ? string.Join("; ", invalid)
        : refusal is Refusal.Malformed { Faults: var malformed } ? string.Join("; ", malformed) : refusal.ToString();
}
