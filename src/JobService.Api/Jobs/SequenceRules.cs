using System.Collections.Frozen;
using System.Text.Json;
using JobService.Api.Json;
using JobService.Core.Sequences;

namespace JobService.Api.Jobs;

/// <summary>Reads of which sequence a job is to be.</summary>
internal static class SequenceRules
{
    /// <summary>What becomes of those behind a job that fails, by its word.</summary>
    public static readonly FrozenDictionary<string, SequenceFailure> Failures = Enum.GetValues<SequenceFailure>().ToFrozenDictionary(Word, StringComparer.Ordinal);

    public static string Word(SequenceFailure failure) => JsonNamingPolicy.CamelCase.ConvertName(failure.ToString());

    /// <summary>The policy that is asked for; null where none is, or it is wrong.</summary>
    public static SequencePolicy? Read(SequenceRequest? request, string at, RequestFaults faults)
    {
        if (request is null)
            return null;

        faults.AddUnknown(at, request.Members.Unknown);
        var onFailure = faults.Word(at + "/onFailure", request.Members.OnFailure, Failures) ?? SequenceFailure.Block;
        if (SequenceKey.TryParse(request.Members.Key, out var key))
            return new SequencePolicy(key, onFailure);

        faults.Add(request.IsKeyOnly ? at : at + "/key", request.Members.Key is null ? "A key is required." : $"Expected a key that matches {SequenceKey.Expression}.");
        return null;
    }
}
