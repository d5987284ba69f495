namespace JobService.Core.Jobs;

/// <summary>Where a queued job stands among those of its queue.</summary>
/// <param name="Ahead">How many queued jobs come before it, by priority and then age, with limit keys and without.</param>
/// <param name="IsPartial">Whether not all were counted: there may be more.</param>
public sealed record JobPosition(int Ahead, bool IsPartial);
