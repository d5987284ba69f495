using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Problems;

namespace JobService.Api.Json;

/// <summary>What is asked for is all in the path: no body, or an empty object.</summary>
internal sealed record NoMembers : IOptionalBody
{
    /// <summary>Members that don't exist; they are refused.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Refuses what the caller may have meant and nobody would have done; null when there is nothing.</summary>
    public static ProblemResult? Check(JsonBody<NoMembers> body)
    {
        if (body.IsRefused(out var problem, out var request))
            return problem;
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        return faults.Any ? faults.ToRefusal().ToResult() : null;
    }
}
