using System.Collections.Immutable;
using JobService.Conformance.Stores;
using JobService.Core.Jobs;
using JobService.Core.Sequences;

namespace JobService.Conformance.Model;

/// <summary>The sequences of the model: whose turn it is in each, who waits behind, and which heads have ended without anyone having seen to it.</summary>
internal sealed class ModelSequences
{
    private ImmutableSortedDictionary<string, SequenceSight> sequences = ImmutableSortedDictionary.Create<string, SequenceSight>(StringComparer.Ordinal);
    private ImmutableList<(JobId Job, JobState? State, bool IsPassed)> ends = [];

    public IReadOnlyList<SequenceSight> All => [.. sequences.Values];

    /// <summary>What gives back what there is now.</summary>
    public Action Keep()
    {
        var (sequencesNow, endsNow) = (sequences, ends);
        return () => (sequences, ends) = (sequencesNow, endsNow);
    }

    /// <summary>Takes a job in, behind all others. True where it is the head, or of no sequence; one that held the others up does so no more.</summary>
    public bool Join(ModelJob job)
    {
        if (job.Made.Policies.Sequence is not { } policy)
            return true;
        var sequence = sequences.GetValueOrDefault(policy.Key.Text) ?? new SequenceSight(policy.Key.Text, job.Made.Id, IsHeld: false, []);
        var isHead = sequence.Head == job.Made.Id;
        sequences = sequences.SetItem(policy.Key.Text, isHead ? sequence with { IsHeld = false } : sequence with { Behind = sequence.Behind.Add(job.Made.Id) });
        return isHead;
    }

    /// <summary>Whether a job may run now, as far as its sequence goes.</summary>
    public bool IsTurnOf(ModelJob job) => job.Made.Policies.Sequence is not { } policy || sequences[policy.Key.Text].Head == job.Made.Id;

    /// <summary>A job has ended, or is deleted, which is null. One that waited behind others leaves.</summary>
    public void Left(ModelJob job, JobState? state)
    {
        if (job.Made.Policies.Sequence is not { } policy)
            return;
        if (job.State == JobState.Blocked)
            sequences = sequences.SetItem(policy.Key.Text, sequences[policy.Key.Text] with { Behind = sequences[policy.Key.Text].Behind.Remove(job.Made.Id) });
        else
            ends = ends.Add((job.Made.Id, state, policy.OnFailure == SequenceFailure.Skip));
    }

    /// <summary>Sees to all ends.</summary>
    /// <param name="stateOf">Where a job stands; null where it is gone.</param>
    /// <returns>How many ends there were, the jobs whose turn it is now, and how many sequences are held up by it.</returns>
    public (int Ends, IReadOnlyList<JobId> Freed, int Held) Advance(Func<JobId, JobState?> stateOf)
    {
        var (seen, freed, held) = (ends, new List<JobId>(), 0);
        ends = [];
        foreach (var sequence in sequences.Values)
        {
            var own = seen.Where(end => end.Job == sequence.Head).ToArray();
            var state = stateOf(sequence.Head);
            if (own.Length == 0 || state is { } live && !live.IsFinal())
                continue;
            if (Array.Exists(own, end => (state ?? end.State) != JobState.Failed || end.IsPassed))
            {
                freed.AddRange(Next(sequence));
            }
            else if (!sequence.IsHeld)
            {
                sequences = sequences.SetItem(sequence.Key, sequence with { IsHeld = true });
                held++;
            }
        }

        return (seen.Count, freed, held);
    }

    /// <summary>Ends the turn of a head that holds the others up: the job whose turn it is then, if there is one. Null where none does.</summary>
    public IReadOnlyList<JobId>? Resume(string key, JobId? head) =>
        sequences.TryGetValue(key, out var sequence) && sequence.IsHeld && (head ?? sequence.Head) == sequence.Head ? [.. Next(sequence)] : null;

    private IEnumerable<JobId> Next(SequenceSight sequence)
    {
        sequences = sequence.Behind is [var next, ..]
            ? sequences.SetItem(sequence.Key, sequence with { Head = next, IsHeld = false, Behind = sequence.Behind.RemoveAt(0) })
            : sequences.Remove(sequence.Key);
        return sequence.Behind.Take(1);
    }
}
