using JobService.Core.Claiming;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// In which order claims scan lanes: those of suspects first where one may run, so that a busy queue does not starve it; then queue by queue as it is their turn,
/// each by priority. Queues that share a limit come together. Not safe for several threads.
/// </summary>
internal sealed class LaneOrder
{
    private readonly Dictionary<int, QueueTurns> turns = [];

    /// <summary>What was served last, of which lanes to which selections: the same again until the lanes are read anew, where none of the selections has slots of its own.</summary>
    private (IReadOnlyList<Lane> Lanes, IReadOnlyList<QueueSelection> Selections, List<ServedQueue> Queues) last = ([], [], []);
    private int claims;

    /// <summary>Null when there is nothing to scan.</summary>
    public LaneChoice? Choose(IReadOnlyList<Lane> lanes, ClaimRequest request)
    {
        claims++;
        var (suspects, plain, rooms) = (new List<ChosenLane>(), new List<ChosenLane>(), new List<int>());
        var isLimited = true;
        foreach (var queues in InOrder(Served(lanes, request.Queues), request))
        {
            // Those without a limit share all there is: each share costs the claim a look at every lane.
            var limit = request.Queues[queues[0].Selection].MaxJobs;
            if (limit is not null || isLimited)
                rooms.Add(limit ?? request.MaxJobs);
            isLimited = limit is not null;
            foreach (var queue in queues)
            {
                foreach (var lane in queue.Lanes)
                {
                    var share = lane.IsForSuspects && !isLimited ? 0 : rooms.Count;
                    (lane.IsForSuspects ? suspects : plain).Add(new ChosenLane(lane, queue.Weight, ScopeOf(queue, request), share));
                }
            }
        }

        ChosenLane[] chosen = request.AllowSuspect ? [.. Rotated(suspects), .. plain] : [.. plain];
        return chosen.Length == 0 ? null : new LaneChoice(chosen, rooms);
    }

    /// <summary>What a claim found in the queues of a scope.</summary>
    public void Observe(int scope, IEnumerable<QueueYield> yields) => TurnsOf(scope).Observe(yields);

    private List<ServedQueue> Served(IReadOnlyList<Lane> lanes, IReadOnlyList<QueueSelection> selections)
    {
        if (ReferenceEquals(lanes, last.Lanes) && ReferenceEquals(selections, last.Selections))
            return last.Queues;

        var served = new List<ServedQueue>();
        foreach (var queue in lanes.Where(lane => !lane.IsPaused).GroupBy(lane => lane.QueueId))
        {
            var lane = queue.First();
            var selection = 0;
            while (selection < selections.Count && !selections[selection].Matches(lane.QueueName))
                selection++;
            if (selection < selections.Count && selections[selection].MaxJobs is not 0)
                served.Add(new ServedQueue(queue.Key, selection, selections[selection].Weight ?? lane.Weight, [.. queue.OrderBy(each => each.Rank)]));
        }

        last = (lanes, selections, served);
        return served;
    }

    /// <summary>As it is their turn, those that share a limit together.</summary>
    private IEnumerable<ServedQueue[]> InOrder(List<ServedQueue> queues, ClaimRequest request)
    {
        if (queues is not [var only])
            return Together(InTurn(queues, request), request.Queues);

        // No other may be served any more.
        TurnsOf(ScopeOf(only, request)).Order([only.Id]);
        return [[only]];
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

    /// <summary>A queue that may be claimed from, its lanes by priority.</summary>
    private sealed record ServedQueue(int Id, int Selection, int Weight, IReadOnlyList<Lane> Lanes);
}
