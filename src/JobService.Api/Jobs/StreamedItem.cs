using System.Text.Json.Serialization;
using JobService.Api.Problems;

namespace JobService.Api.Jobs;

/// <summary>What became of one line of a streamed enqueue.</summary>
internal sealed record StreamedItem
{
    /// <summary>Of the line, from 0; empty lines are not counted.</summary>
    public required long Index { get; init; }

    public required int Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProblemResponse? Problem { get; init; }
}
