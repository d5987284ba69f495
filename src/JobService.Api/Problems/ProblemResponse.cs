using System.Text.Json.Serialization;
using JobService.Core.Errors;

namespace JobService.Api.Problems;

/// <summary>A problem document (RFC 9457). Members that have nothing to say are left out.</summary>
internal sealed record ProblemResponse
{
    /// <summary>What kind of problem it is, for programs; it never changes and leads to a description.</summary>
    /// <example>/problems/invalid</example>
    public required string Type { get; init; }

    /// <summary>The kind in words, for people.</summary>
    /// <example>The request is not acceptable</example>
    public required string Title { get; init; }

    /// <example>422</example>
    public required int Status { get; init; }

    /// <summary>What is wrong this time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>The path that was called.</summary>
    /// <example>/api/v1/jobs</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instance { get; init; }

    /// <summary>Every fault and where it is: a JSON pointer into the body, or the name of a parameter or header.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Fault>? Errors { get; init; }

    /// <summary>Of a wrong state: the state the job is in.</summary>
    /// <example>running</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    /// <summary>Of a wrong state: the states in which it could be done.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>Of a unique conflict: the job that holds the key; absent where that would have been another one of the same request, of which nothing was stored.</summary>
    /// <example>0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Holder { get; init; }

    /// <summary>Of a job that has no result: why it ended.</summary>
    /// <example>attempts-exhausted</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Of a job that failed: the error of its last attempt.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Jobs.JobErrorResponse? Error { get; init; }
}
