namespace JobService.Core.Storage.Stores;

/// <summary>A lane that a claim scans.</summary>
/// <param name="Lane">Which.</param>
/// <param name="Weight">The weight of its queue.</param>
/// <param name="Scope">Among which queues its queue takes turns.</param>
/// <param name="Share">The share it belongs to, from 1; 0 where its one job needs no room in any.</param>
internal readonly record struct ChosenLane(Lane Lane, int Weight, int Scope, int Share);
