namespace JobService.Api.Problems;

/// <summary>Of an endpoint: the parameters it takes in its query string. One that has none of these takes none.</summary>
internal sealed record TakenParameters(IReadOnlyList<string> Names);
