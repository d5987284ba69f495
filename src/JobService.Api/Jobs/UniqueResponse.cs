using JobService.Core.Keys;
using JobService.Core.Timeouts;

namespace JobService.Api.Jobs;

/// <summary>By what a job is the only one of its kind.</summary>
internal sealed record UniqueResponse
{
    /// <example>user-42</example>
    public required string? Key { get; init; }

    /// <example>["/userId"]</example>
    public required IReadOnlyList<string>? Paths { get; init; }

    /// <example>untilFinished</example>
    public required string Scope { get; init; }

    /// <example>10m</example>
    public required string? Window { get; init; }

    /// <example>return</example>
    public required string OnConflict { get; init; }

    /// <example>1h</example>
    public required string? MaxWait { get; init; }

    public static UniqueResponse? From(UniquePolicy? unique) => unique is null ? null : new()
    {
        Key = unique.Key,
        Paths = unique.Paths.Count == 0 ? null : unique.Paths,
        Scope = UniqueWords.Word(unique.Scope),
        Window = unique.Window is { } window ? DurationText.Format(window) : null,
        OnConflict = UniqueWords.Word(unique.OnConflict),
        MaxWait = unique.MaxWait is { } maxWait ? DurationText.Format(maxWait) : null,
    };
}
