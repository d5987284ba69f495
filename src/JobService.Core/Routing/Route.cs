using JobService.Core.Jobs;

namespace JobService.Core.Routing;

/// <summary>A routing rule: what is settled of the jobs that meet it, and no rule before it.</summary>
/// <param name="Name">Its name, unlike that of any other rule; jobs record it.</param>
/// <param name="Match">Which jobs meet it.</param>
/// <param name="Set">What it settles of them.</param>
public sealed record Route(string Name, RouteMatch Match, JobDefaults Set);
