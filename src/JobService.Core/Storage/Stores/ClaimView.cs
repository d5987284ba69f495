using JobService.Core.Claiming;

namespace JobService.Core.Storage.Stores;

/// <summary>Where one claim looks.</summary>
internal sealed class ClaimView
{
    private readonly Dictionary<int, ChosenLane> queues = [];
    private readonly int[] rooms;

    /// <param name="types">The numbers of the types that are asked for.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="choice">The lanes of the queues that are served.</param>
    public ClaimView(int[] types, ClaimRequest request, LaneChoice choice)
    {
        (Request, Settings, rooms) = (request, choice.Settings, [.. choice.Rooms]);
        LimitedTypeIds = Array.FindAll(types, Settings.LimitedTypes.ContainsKey);
        TypeIds = LimitedTypeIds.Length == 0 ? types : [.. types.Except(LimitedTypeIds)];
        Served = choice.Lanes;
        Lanes = Served.Any(chosen => chosen.Lane.LimitKey is not null) ? [.. Served.Where(chosen => chosen.Lane.LimitKey is null)] : Served;

        // Where a suspect needs no room, the queue's other lanes tell its share.
        foreach (var isForSuspects in (bool[])[false, true])
        {
            foreach (var chosen in Served.Where(chosen => chosen.Lane.IsForSuspects == isForSuspects))
                queues.TryAdd(chosen.Lane.QueueId, chosen);
        }
    }

    public ClaimRequest Request { get; }

    /// <summary>By which all this was chosen.</summary>
    public LaneSettings Settings { get; }

    /// <summary>The lanes of all queues that are served, in order.</summary>
    public IReadOnlyList<ChosenLane> Served { get; }

    /// <summary>Those of queues without limits.</summary>
    public IReadOnlyList<ChosenLane> Lanes { get; }

    /// <summary>The types without limits.</summary>
    public int[] TypeIds { get; }

    public int[] LimitedTypeIds { get; }

    /// <summary>Where jobs wait for which limits are asked first; mostly nothing.</summary>
    public IReadOnlyList<LimitedLane> Limited { get; set; } = [];

    /// <summary>Where such jobs may come to wait in the lanes of queues.</summary>
    public IReadOnlyList<LimitedLane> Quiet { get; set; } = [];

    public bool HasPlain => Lanes.Count > 0 && TypeIds.Length > 0;

    /// <summary>The queues that are served, each with the place of its turn.</summary>
    public IReadOnlyDictionary<int, int> Places => queues.Keys.Select((queue, place) => (queue, place)).ToDictionary(queue => queue.queue, queue => queue.place);

    public ChosenLane Queue(int queueId) => queues[queueId];

    /// <summary>Below which rank a job may go before what is claimed; null where nothing is.</summary>
    public short? UrgentBelow => Lanes.Select(chosen => chosen.Lane.Rank).Concat(Limited.Select(lane => lane.Rank)).Where(rank => rank < Lane.SuspectRank).ToArray() switch
    {
        [] => null,

        // Of several queues, one of any rank may.
        var ranks => queues.Count > 1 ? (short)Lane.SuspectRank : ranks.Max(),
    };

    /// <summary>How many jobs of a queue may still be claimed beside those that were.</summary>
    public int Room(int queueId) => queues[queueId].Share is var share and > 0 ? rooms[share - 1] : Request.MaxJobs;

    /// <summary>A choice of some of the lanes.</summary>
    public LaneChoice Choose(IReadOnlyList<ChosenLane> of) => new(of, rooms);

    /// <summary>Notes what was claimed.</summary>
    public void Took(int queueId, int jobs)
    {
        if (queues.TryGetValue(queueId, out var chosen) && chosen.Share > 0)
            rooms[chosen.Share - 1] -= jobs;
    }
}
