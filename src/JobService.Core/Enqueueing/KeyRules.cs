using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;

namespace JobService.Core.Enqueueing;

/// <summary>Decides between a new job and the one that holds its unique key. Pure: the same job, holder and time, the same decision.</summary>
internal static class KeyRules
{
    /// <param name="job">The new one.</param>
    /// <param name="holder">Who has its key.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="givesWay">Whether the holder stays as it is, whatever the policy of the new one says.</param>
    public static KeyDecision Decide(NewJob job, KeyHolder holder, DateTimeOffset now, bool givesWay = false)
    {
        if (!holder.IsHeld)
            return new KeyDecision.Take();

        // A caller that asked for one kind of work must not be answered with another.
        if (holder.Type is { } type && type != job.Type)
            return new KeyDecision.Refuse(Held(holder, $"The unique key is held by job {holder.Job}, which is of the type {type}."));

        var unique = job.Policies.Unique!;
        if (unique.OnConflict == UniqueConflict.Reject)
            return new KeyDecision.Refuse(Held(holder, $"The unique key is held by job {holder.Job}."));
        if (holder.Type is null)
            return new KeyDecision.Refuse(new Refusal.Gone($"Job {holder.Job} holds the unique key, and is no longer there itself."));

        return unique.OnConflict switch
        {
            _ when givesWay => new KeyDecision.Join(),
            UniqueConflict.Replace when holder.IsWaiting => new KeyDecision.Change(Replacement(job, holder, now)),
            UniqueConflict.Debounce when PutOff(job, holder, now) is { } runAt => new KeyDecision.Change(new JobEdit { RunAt = runAt }),
            UniqueConflict.Supersede when !holder.State.IsFinal() => new KeyDecision.Take(holder.Job),
            _ => new KeyDecision.Join(),
        };
    }

    /// <summary>Refuses a retry by hand of another job than the holder.</summary>
    public static Refusal.KeyHeld? RefuseRestart(JobId id, KeyHolder holder) =>
        holder.IsHeld && holder.Job != id ? Held(holder, $"The unique key of job {id} is held by job {holder.Job} now.") : null;

    private static Refusal.KeyHeld Held(KeyHolder holder, string detail) => new(holder.Job!.Value.ToString(), detail);

    // One that is queued already keeps its place for a job that is due at once too.
    private static JobEdit Replacement(NewJob job, KeyHolder holder, DateTimeOffset now) => new()
    {
        RunAt = job.RunAt ?? (job.Delay is { } delay ? now + delay : holder.State == JobState.Queued ? null : now),
        Priority = job.Priority,
        Queue = job.Queue,
        RoutedBy = job.RoutedBy,
        Payload = job.Payload,
        Tags = job.Tags,
    };

    /// <summary>When it runs instead; null where that is not later, or it has started.</summary>
    private static DateTimeOffset? PutOff(NewJob job, KeyHolder holder, DateTimeOffset now)
    {
        if (!holder.IsWaiting || holder.HasStarted)
            return null;
        var runAt = now + (job.Delay ?? TimeSpan.Zero);
        if (holder.CreatedAt + job.Policies.Unique!.MaxWait is { } latest && latest < runAt)
            runAt = latest;
        return runAt > now && runAt > holder.RunAt ? runAt : null;
    }
}
