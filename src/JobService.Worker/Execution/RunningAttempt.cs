using JobService.Core.Claiming;

namespace JobService.Worker.Execution;

/// <summary>
/// One attempt, from its claim to its end. Whatever comes first ends it: the handler's return, or the moment nobody waits for it any more.
/// </summary>
internal sealed class RunningAttempt : IThreadPoolWorkItem
{
    private readonly JobExecutor executor;
    private int isEnded;

    public RunningAttempt(Claim claim, TimeProvider clock, JobExecutor executor)
    {
        (Claim, this.executor) = (claim, executor);
        Deadline = new JobDeadline(claim, clock, static attempt => ((RunningAttempt)attempt!).GiveUp(), this);
    }

    public Claim Claim { get; }

    public JobDeadline Deadline { get; }

    public void Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        var result = await executor.InvokeAsync(Claim, Deadline);
        if (Interlocked.Exchange(ref isEnded, 1) == 0)
            executor.Returned(this, result);
        else
            executor.ReturnedLate(Claim);
    }

    private void GiveUp()
    {
        if (Interlocked.Exchange(ref isEnded, 1) == 0)
            executor.GaveUp(this);
    }
}
