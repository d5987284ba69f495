namespace JobService.Api.Schedules;

/// <summary>What a rule comes to.</summary>
internal sealed record PreviewResponse
{
    /// <summary>The rule in words: Chinese where <c>Accept-Language</c> asks for it, else English.</summary>
    /// <example>at 2:30 every day, Europe/Vienna</example>
    public required string Description { get; init; }

    /// <summary>What may not be meant, in the language of the description.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>When it is due.</summary>
    public required IReadOnlyList<OccurrenceResponse> Items { get; init; }
}
