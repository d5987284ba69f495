using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;

namespace JobService.Api.Jobs;

/// <summary>Reads by what a job is to be unique, and makes its key.</summary>
internal static class UniqueRules
{
    /// <summary>The policy that is asked for; null where none is. Its ranges are its own to check.</summary>
    public static UniquePolicy? Read(UniqueRequest? request, string at, RequestFaults faults)
    {
        if (request is null)
            return null;

        faults.AddUnknown(at, request.Unknown);
        return new UniquePolicy
        {
            Key = request.Key,
            Paths = request.Paths is { } paths ? [.. paths.Select(path => path ?? "null")] : [],
            Scope = faults.Word(at + "/scope", request.Scope, UniqueWords.Scopes) ?? UniqueScope.UntilFinished,
            Window = faults.Duration(at + "/window", request.Window),
            OnConflict = faults.Word(at + "/onConflict", request.OnConflict, UniqueWords.Conflicts) ?? UniqueConflict.Return,
            MaxWait = faults.Duration(at + "/maxWait", request.MaxWait),
        };
    }

    /// <summary>The job with the key that its policy makes of it, if it has one. A policy that is wrong has been told of before.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isAsked">Whether the request asks for the policy itself: a replay that has it from its original puts nothing off.</param>
    /// <param name="at">Where the job is in the request.</param>
    /// <param name="faults">What is wrong with it.</param>
    public static NewJob Apply(NewJob job, bool isAsked, string at, RequestFaults faults)
    {
        if (job.Policies.Unique is not { } unique)
            return job with { UniqueKey = null };
        if (isAsked && unique.OnConflict == UniqueConflict.Debounce && job.Delay is null)
            faults.Add(at + "/delay", "By how long? A job that debounces takes a delay.");
        if (unique.Check("").Any() || job.Type == default)
            return job;
        if (!unique.KeyOf(job.Type.Name, job.Payload, at + "/unique").IsRefused(out var refusal, out var key))
            return job with { UniqueKey = key };

        faults.Add(((Refusal.Invalid)refusal).Faults);
        return job;
    }
}
