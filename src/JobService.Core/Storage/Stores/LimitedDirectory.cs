using System.Collections.Frozen;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// In which lanes limited jobs wait, as far as one worker knows, and where its claims stood in each. It hears of a lane by the jobs that come to it, and forgets it
/// once it is found empty. Whatever it does is done under the gate of the lanes.
/// </summary>
internal sealed class LimitedDirectory(LaneDirectory lanes)
{
    /// <summary>How many lanes one claim looks at: those of which nothing has started for the longest, as far as is known. Those that were served elsewhere are not looked at again before the others.</summary>
    private const int MaxVisits = 128;

    /// <summary>How many a claim of few jobs looks at: more than it can claim from, since some are full or were served elsewhere.</summary>
    private const int VisitsOfJob = 4;
    private const int MinVisits = 32;

    /// <summary>How many lanes are asked in passing when they were last served elsewhere, where there are more than one claim looks at.</summary>
    private const int MaxPeeks = 256;

    private readonly Dictionary<(int Place, short Rank, int TypeId), LimitedLane> known = [];
    private readonly HashSet<LeaseToken> running = [];
    private IReadOnlyDictionary<int, int> served = FrozenDictionary<int, int>.Empty;
    private LaneSettings settings = LaneSettings.None;

    /// <summary>Where the look for lanes that got something stood.</summary>
    public LaneCursor Arrivals { get; private set; } = new();

    /// <summary>How often exchanges began to end what was claimed under limits.</summary>
    public int Ends { get; private set; }

    /// <summary>How many of them are not done: what they end may still be counted.</summary>
    public int EndsUnderWay { get; private set; }

    /// <summary>Those that would have come next when lanes were last selected.</summary>
    public IReadOnlyList<LimitedLane> Next { get; private set; } = [];

    /// <summary>
    /// Lanes with jobs whose keys may let them through, by the turn of their queues, then the one first of which nothing has started for the longest; nothing where there is none. They are in the hand of one claim
    /// until it has <see cref="PutBack"/> them.
    /// </summary>
    public IReadOnlyList<LimitedLane> Select(ClaimRequest request)
    {
        lock (lanes.Gate)
        {
            var now = lanes.Now;
            LimitedLane[] open =
            [
                .. known.Values
                    .Where(lane => lane.IsActive && !lane.IsInHand && !(lane.ClosedUntil > now) && served.ContainsKey(lane.QueueId) && (request.AllowSuspect || lane.Rank < Lane.SuspectRank))
                    .OrderBy(lane => served[lane.QueueId])
                    .ThenBy(lane => lane.Rank)
                    .ThenBy(lane => lane.LastStartedAt)
                    .Take(MaxVisits + MaxPeeks),
            ];
            var selected = open[..Math.Min(open.Length, Math.Clamp(request.MaxJobs * VisitsOfJob, MinVisits, MaxVisits))];
            foreach (var lane in selected)
                (lane.IsInHand, lane.IsHeardOf) = (true, false);
            Next = open[selected.Length..Math.Min(open.Length, selected.Length + MaxPeeks)];
            return selected;
        }
    }

    /// <summary>
    /// Begins a claim. Of the lanes of queues it forgets those that were limited by other settings: what stood there may be claimed otherwise now, or under other keys. Those of named keys, which are
    /// not heard of again, get the keys of their queue and type that are limited now, and what was closed by other settings is looked at again.
    /// </summary>
    /// <param name="current">The settings.</param>
    /// <param name="queues">The queues that are served, and the place of each one's turn.</param>
    public void Begin(LaneSettings current, IReadOnlyDictionary<int, int> queues)
    {
        served = queues;
        var before = settings;
        settings = current;
        if (before.Version != current.Version)
        {
            foreach (var lane in known.Where(lane => lane.Value.Place > 0).ToArray())
                known.Remove(lane.Key);
            Open();
        }

        if (before.LimitedQueues == current.LimitedQueues && before.LimitedTypes == current.LimitedTypes)
            return;
        foreach (var lane in known.Values.Where(lane => lane.Place < 0).ToArray())
            MeetNamed(lane.Place, lane.Rank, lane.QueueId, lane.TypeIds[0], lane.NamedKeyIds).IsActive = lane.IsActive;
    }

    /// <summary>Whether a queue has jobs of limits that could be claimed at once; to be used under the gate of the lanes.</summary>
    public bool IsOpen(int queueId)
    {
        var now = lanes.Now;
        return known.Values.Any(lane => lane.QueueId == queueId && lane.IsActive && !(lane.ClosedUntil > now));
    }

    /// <summary>Where jobs are known to wait.</summary>
    public IReadOnlySet<(int Place, short Rank)> Known() => known.Values.Where(lane => lane.IsActive).Select(lane => (lane.Place, lane.Rank)).ToHashSet();

    /// <summary>The lane, which it hears of now if it had not.</summary>
    public LimitedLane Meet(int place, short rank, int queueId, int[] typeIds, int[] keyIds) => Meet(place, rank, queueId, typeIds, keyIds, named: []);

    /// <summary>The same of a lane whose jobs name keys: it is of those of its queue and its type as well, where they are limited.</summary>
    public LimitedLane MeetNamed(int place, short rank, int queueId, int typeId, int[] named)
    {
        var all = named.ToHashSet();
        if (settings.LimitedQueues.TryGetValue(queueId, out var ofQueue))
            all.Add(ofQueue);
        if (settings.LimitedTypes.TryGetValue(typeId, out var ofType))
            all.Add(ofType);
        return Meet(place, rank, queueId, [typeId], [.. all.Order()], named);
    }

    /// <summary>Notes that jobs came to a lane.</summary>
    public static void Hear(LimitedLane lane) => (lane.IsActive, lane.IsHeardOf) = (true, true);

    /// <summary>A claim found a lane empty: one of named keys is forgotten, unless jobs came to it meanwhile. Those of queues are met again by each claim.</summary>
    public void Empty(LimitedLane lane)
    {
        lane.IsActive = lane.IsHeardOf;
        var place = (lane.Place, lane.Rank, lane.TypeIds[0]);
        if (lane is { Place: < 0, IsActive: false } && ReferenceEquals(known.GetValueOrDefault(place), lane))
            known.Remove(place);
    }

    /// <summary>Leaves a lane alone for a while.</summary>
    /// <param name="lane">Which.</param>
    /// <param name="opensIn">For how long.</param>
    /// <param name="keyIds">Those of its keys that let nothing through; none where it is for another reason.</param>
    public void Close(LimitedLane lane, TimeSpan opensIn, int[] keyIds)
    {
        (lane.ClosedUntil, lane.ClosedBy) = (lanes.Now + opensIn, keyIds);
        PutBack(lane);
    }

    /// <summary>Opens the lanes of these queues that one of these keys had closed, since it was seen to let jobs through. To be used under the gate of the lanes.</summary>
    public IReadOnlyList<LimitedLane> OpenUnder(IReadOnlySet<int> keyIds, IReadOnlyDictionary<int, int> queues)
    {
        var now = lanes.Now;
        LimitedLane[] opened = [.. known.Values.Where(lane => lane.IsActive && lane.ClosedUntil > now && queues.ContainsKey(lane.QueueId) && Array.Exists(lane.ClosedBy, keyIds.Contains))];
        foreach (var lane in opened)
            lane.ClosedUntil = null;
        return opened;
    }

    /// <summary>A claim is done with a lane.</summary>
    public void PutBack(LimitedLane lane) => lane.IsInHand = false;

    /// <summary>Notes what was claimed under limits.</summary>
    public void Began(IReadOnlyList<ClaimedRow> claimed)
    {
        lock (lanes.Gate)
            running.UnionWith(claimed.Select(row => new LeaseToken(row.LeaseToken)));
    }

    /// <summary>Opens what was closed, where something is about to end that was claimed under limits.</summary>
    /// <returns>To be disposed of once it has ended, or has not.</returns>
    public EndingUnderLimits End(IReadOnlyList<JobTransition> transitions)
    {
        lock (lanes.Gate)
        {
            LeaseToken[] ending = running.Count == 0 ? [] : [.. transitions.Select(transition => transition.Token).Where(running.Contains)];
            if (ending.Length > 0)
            {
                Open();
                Ends++;
                EndsUnderWay++;
            }

            return new EndingUnderLimits(this, ending);
        }
    }

    /// <summary>What was about to end has ended; or nobody knows, and it is told of again.</summary>
    public void Ended(IReadOnlyList<LeaseToken> tokens, bool isDone)
    {
        lock (lanes.Gate)
        {
            EndsUnderWay--;
            if (isDone)
                running.ExceptWith(tokens);
        }
    }

    /// <summary>All but these were given back: what was closed by them is open, and nobody ends them here.</summary>
    public void Keep(IEnumerable<LeaseToken> known)
    {
        lock (lanes.Gate)
        {
            running.IntersectWith(known);
            Ends++;
            Open();
        }
    }

    /// <summary>When to look again.</summary>
    public Outlook Outlook()
    {
        lock (lanes.Gate)
        {
            TimeSpan? opensIn = null;
            var (isMoreReady, isHeldUp) = (false, false);
            foreach (var lane in known.Values)
            {
                if (!lane.IsActive || !served.ContainsKey(lane.QueueId) || lane.Rank >= Lane.SuspectRank)
                    continue;
                if (lane.ClosedUntil is not { } closed || closed <= lanes.Now)
                {
                    isMoreReady = true;
                    continue;
                }

                isHeldUp = true;
                var left = closed - lanes.Now;
                opensIn = opensIn < left ? opensIn : left;
            }

            return new Outlook(isMoreReady, isHeldUp, opensIn);
        }
    }

    /// <summary>Forgets everything but what runs: it will end all the same.</summary>
    public void Reset()
    {
        lock (lanes.Gate)
        {
            known.Clear();
            Next = [];
            Arrivals = new LaneCursor();
        }
    }

    private void Open()
    {
        foreach (var lane in known.Values)
            lane.ClosedUntil = null;
    }

    private LimitedLane Meet(int place, short rank, int queueId, int[] typeIds, int[] keyIds, int[] named)
    {
        // Lanes of one place and rank have no type in common.
        if (!known.TryGetValue((place, rank, typeIds[0]), out var lane) || !lane.KeyIds.AsSpan().SequenceEqual(keyIds) || !lane.TypeIds.AsSpan().SequenceEqual(typeIds))
            known[(place, rank, typeIds[0])] = lane = new LimitedLane(place, rank, queueId, typeIds, keyIds) { NamedKeyIds = named };
        return lane;
    }
}
