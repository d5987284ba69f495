using JobService.Core.Claiming;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// In which order claims scan lanes: those of suspects first where one may run, so that a busy queue does not starve it; then queue by queue as it is their turn,
/// each by priority. Queues that share a limit come together. Not safe for several threads.
/// </summary>
internal sealed class LaneOrder
{
    private readonly Dictionary<int, QueueTurns> turns = [];
    private int claims;

    /// <summary>Null when there is nothing to scan.</summary>
    public LaneChoice? Choose(IReadOnlyList<Lane> lanes, ClaimRequest request)
    {
        claims++;
        var (suspects, plain, rooms) = (new List<ChosenLane>(), new List<ChosenLane>(), new List<int>());
        var isLimited = true;
        foreach (var queues in Together(InTurn(Served(lanes, request), request), request.Queues))
        {
            // Those without a limit share all there is: each share costs the claim a look at every lane.
            var limit = request.Queues[queues[0].Selection].MaxJobs;
            if (limit is not null || isLimited)
                rooms.Add(limit ?? request.MaxJobs);
            isLimited = limit is not null;
            foreach (var queue in queues)
            {
                suspects.AddRange(queue.Lanes.Where(lane => lane.IsForSuspects).Select(lane => Of(queue, lane, isLimited ? rooms.Count : 0)));
                plain.AddRange(queue.Lanes.Where(lane => !lane.IsForSuspects).OrderBy(lane => lane.Rank).Select(lane => Of(queue, lane, rooms.Count)));
            }
        }

        ChosenLane[] chosen = request.AllowSuspect ? [.. Rotated(suspects), .. plain] : [.. plain];
        return chosen.Length == 0 ? null : new LaneChoice(chosen, rooms);

        ChosenLane Of(ServedQueue queue, Lane lane, int share) => new(lane, queue.Weight, ScopeOf(queue, request), share);
    }

    /// <summary>What a claim found in the queues of a scope.</summary>
    public void Observe(int scope, IEnumerable<QueueYield> yields) => TurnsOf(scope).Observe(yields);

    private static List<ServedQueue> Served(IReadOnlyList<Lane> lanes, ClaimRequest request)
    {
        var served = new List<ServedQueue>();
        foreach (var queue in lanes.Where(lane => !lane.IsPaused).GroupBy(lane => lane.QueueId))
        {
            var lane = queue.First();
            var selection = 0;
            while (selection < request.Queues.Count && !request.Queues[selection].Matches(lane.QueueName))
                selection++;
            if (selection < request.Queues.Count && request.Queues[selection].MaxJobs is not 0)
                served.Add(new ServedQueue(queue.Key, selection, request.Queues[selection].Weight ?? lane.Weight, [.. queue]));
        }

        return served;
    }

    /// <summary>Of those that are even, another comes first each time.</summary>
    private IEnumerable<ServedQueue> InTurn(List<ServedQueue> queues, ClaimRequest request) => Rotated(queues)
        .GroupBy(queue => ScopeOf(queue, request))
        .OrderBy(scope => scope.Key)
        .SelectMany(scope =>
        {
            var byId = scope.ToDictionary(queue => queue.Id);
            return TurnsOf(scope.Key).Order(byId.Keys).Select(id => byId[id]);
        });

    private static IEnumerable<ServedQueue[]> Together(IEnumerable<ServedQueue> queues, IReadOnlyList<QueueSelection> selections) => queues
        .Select((queue, place) => (Queue: queue, Key: selections[queue.Selection].MaxJobs is null ? selections.Count + place : queue.Selection))
        .GroupBy(queue => queue.Key, queue => queue.Queue)
        .Select(group => group.ToArray());

    private static int ScopeOf(ServedQueue queue, ClaimRequest request) => request.Order is QueueOrder.Strict ? queue.Selection : 0;

    private IEnumerable<T> Rotated<T>(List<T> items) => items.Select((_, i) => items[(claims + i) % items.Count]);

    private QueueTurns TurnsOf(int scope)
    {
        if (!turns.TryGetValue(scope, out var of))
            turns[scope] = of = new QueueTurns();
        return of;
    }

    /// <summary>A queue that may be claimed from.</summary>
    private sealed record ServedQueue(int Id, int Selection, int Weight, IReadOnlyList<Lane> Lanes);
}
