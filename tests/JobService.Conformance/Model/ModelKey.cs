using JobService.Core.Jobs;
using JobService.Core.Keys;

namespace JobService.Conformance.Model;

/// <summary>Who has a unique key.</summary>
internal sealed record ModelKey(JobId Job, UniqueScope Scope, DateTimeOffset Until)
{
    public bool IsHeld(ModelJob? job, DateTimeOffset now) => Scope switch
    {
        UniqueScope.UntilStarted => job is { IsWaiting: true } && job.Attempt == job.Forgiven,
        UniqueScope.UntilFinished => job is not null && !job.State.IsFinal(),
        _ => Until > now,
    };
}
