namespace JobService.Core.Routing;

/// <summary>What a rule says of a job.</summary>
/// <param name="Name">The rule.</param>
/// <param name="WhyNot">The first condition that the job does not meet, in a sentence; null where it meets all.</param>
public sealed record RouteVerdict(string Name, string? WhyNot);
