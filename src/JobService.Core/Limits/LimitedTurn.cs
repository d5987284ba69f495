namespace JobService.Core.Limits;

/// <summary>Which jobs of limited keys are claimed next: those of one queue and one rank, so that whatever ranks before them can be claimed first.</summary>
/// <param name="Queue">The queue of them.</param>
/// <param name="Rank">The rank of them.</param>
/// <param name="Takes">How many of each lane, in their order; 0 where it has none, or its keys have no room.</param>
internal sealed record LimitedTurn(int Queue, short Rank, IReadOnlyList<int> Takes)
{
    /// <summary>From which rank on a job is a suspect: it was running when its worker died, again and again.</summary>
    public const short SuspectRank = 100;

    /// <summary>
    /// Decides by where lanes and keys stand. The first lane with room names the queue; within a queue the best rank comes first, suspects before all, one
    /// of them at most; lanes of one rank take turns, one job each, in the order given.
    /// </summary>
    /// <returns>Null where no lane has room.</returns>
    public static LimitedTurn? Next(
        IReadOnlyList<WaitingLane> lanes, IReadOnlyDictionary<int, KeyStanding> keys, Func<int, int> slots, bool allowSuspect, DateTimeOffset now)
    {
        var room = keys.ToDictionary(key => key.Key, key => key.Value.Room(now));
        bool IsOpen(WaitingLane lane) => lane.Jobs > 0 && (allowSuspect || lane.Rank < SuspectRank) && lane.Keys.All(key => room[key] > 0);

        if (lanes.FirstOrDefault(IsOpen) is not { } first)
            return null;
        var rank = lanes.Where(lane => lane.Queue == first.Queue && IsOpen(lane)).Min(lane => Order(lane.Rank)).Rank;
        var mostJobs = rank >= SuspectRank ? Math.Min(1, slots(first.Queue)) : slots(first.Queue);

        var takes = new int[lanes.Count];
        var (taken, hasTaken) = (0, true);
        while (hasTaken && taken < mostJobs)
        {
            hasTaken = false;
            for (var i = 0; i < lanes.Count && taken < mostJobs; i++)
            {
                var lane = lanes[i];
                if (lane.Queue != first.Queue || lane.Rank != rank || takes[i] == lane.Jobs || !IsOpen(lane))
                    continue;
                foreach (var key in lane.Keys)
                    room[key]--;
                takes[i]++;
                taken++;
                hasTaken = true;
            }
        }

        return new LimitedTurn(first.Queue, rank, takes);
    }

    /// <summary>What ranks are ordered by: suspects come before all others.</summary>
    public static (bool IsPlain, short Rank) Order(short rank) => (rank < SuspectRank, rank);
}
