using JobService.Core.Claiming;
using JobService.Core.Jobs;

namespace JobService.Conformance.Model;

/// <summary>What one claim takes of the jobs that wait for it: freely, or as another implementation chose, which has to have kept the rules.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="waiting">All jobs that are queued, of the types and in the queues that are asked for.</param>
/// <param name="rooms">How many of each key may start.</param>
internal sealed class ModelClaim(ClaimRequest request, IReadOnlyList<ModelJob> waiting, IReadOnlyDictionary<LimitKey, int> rooms)
{
    private readonly ModelJob[] able = [.. waiting.OrderBy(job => job.Rank).ThenBy(job => job.Place)];

    public ModelJob[] Choose()
    {
        var left = Room();
        var suspects = able.Where(job => job.IsSuspect && request.AllowSuspect && left.Fits(job)).Take(1);
        return [.. suspects.Concat(able.Where(job => !job.IsSuspect)).Where(left.TryTake).Take(request.MaxJobs)];
    }

    /// <param name="ids">What the other took.</param>
    /// <param name="isTurnOf">Whether it is the turn of a job in its sequence.</param>
    /// <param name="isOneEnough">Whether one claim has to find everything: nothing that waits is held up by limits.</param>
    /// <param name="knowsAll">Whether all that limits let through now is to be known: else only of keys under which something was claimed.</param>
    public ModelJob[] Check(IReadOnlyCollection<JobId> ids, Func<ModelJob, bool> isTurnOf, bool isOneEnough, bool knowsAll)
    {
        var choice = able.Where(job => ids.Contains(job.Made.Id)).ToArray();
        var passedOver = able.Except(choice).Where(job => !job.IsSuspect).ToArray();
        Require(ids.Count == choice.Length, "it was queued, and in a queue that was asked for");
        Require(choice.Length <= request.MaxJobs, "no more were asked for");
        Require(choice.All(isTurnOf), "it is its turn");
        Require(choice.Count(job => job.IsSuspect) <= (request.AllowSuspect ? 1 : 0), "suspects run one at a time");
        var left = Room();
        Require(choice.All(left.TryTake), "no key lets more through than its limit, and no queue more than was asked for");
        Require(!isOneEnough || choice.Length == request.MaxJobs || !passedOver.Any(left.Fits), "nothing that may run is left while there is room");
        Require(!choice.Any(job => !job.IsSuspect && passedOver.Any(other => IsAlike(other, job) && other.Place < job.Place)), "of those alike who came first runs first");
        Require(!passedOver.Any(IsOvertaken), "a higher priority runs first, and what is of a queue that comes first");
        return choice;

        // Those before it, and those of other queues, may have taken what it needs.
        bool IsOvertaken(ModelJob job)
        {
            bool IsBehind(ModelJob other) => !other.IsSuspect
                && (knowsAll || LimitedKeysOf(job).All(LimitedKeysOf(other).Contains))
                && (other.Queue == job.Queue ? other.Rank > job.Rank : request.Order is QueueOrder.Strict && SelectionOf(other) > SelectionOf(job));
            var before = Room();
            return choice.Any(IsBehind) && choice.Where(other => !IsBehind(other)).All(before.TryTake) && before.Fits(job);
        }
    }

    /// <summary>Whether there is something that may run at once; or, where nothing is, something, suspects aside, that only its limits hold up.</summary>
    public (bool MayTake, bool IsHeldUp) Outlook()
    {
        var mayTake = able.Any(job => (!job.IsSuspect || request.AllowSuspect) && Room().Fits(job));
        return (mayTake, !mayTake && able.Any(job => !job.IsSuspect && request.Queues[SelectionOf(job)].MaxJobs is not 0));
    }

    /// <summary>What the keys and the selections of queues have, before anything is taken.</summary>
    private ModelRoom Room()
    {
        var all = rooms.Select(key => (Place: key.Key.Text, Room: key.Value))
            .Concat(request.Queues.Select((queues, i) => (Place: $"selection {i}", Room: queues.MaxJobs ?? int.MaxValue)))
            .ToDictionary(place => place.Place, place => place.Room, StringComparer.Ordinal);
        return new ModelRoom(job => [$"selection {SelectionOf(job)}", .. ModelLimits.KeysOf(job).Select(key => key.Text)], place => all[place]);
    }

    private IEnumerable<LimitKey> LimitedKeysOf(ModelJob job) => ModelLimits.KeysOf(job).Where(key => rooms[key] < int.MaxValue);

    /// <summary>The first that matches its queue.</summary>
    private int SelectionOf(ModelJob job) => request.Queues.Select((queues, i) => (queues, i)).First(selection => selection.queues.Matches(job.Queue.Name)).i;

    /// <summary>Of one queue, priority and keys: between others of the same priority it may be anyone's turn.</summary>
    private static bool IsAlike(ModelJob one, ModelJob other) =>
        one.Queue == other.Queue && one.Rank == other.Rank && one.Made.Type == other.Made.Type && one.Made.LimitKeys.SequenceEqual(other.Made.LimitKeys);

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOperationException($"The claim broke a rule: {rule}.");
    }
}
