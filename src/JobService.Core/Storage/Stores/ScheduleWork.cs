using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Core.Storage.Stores;

/// <summary>The runs that one transaction decides, the jobs they make, and where the schedules stand then.</summary>
internal sealed class ScheduleWork(JobIdSequence ids)
{
    private readonly List<(int ScheduleId, ScheduleRun Run)> runs = [];
    private readonly List<(int ScheduleId, DateTimeOffset DueAt, NewJob Job)> jobs = [];
    private readonly List<StoredSchedule> schedules = [];
    private readonly List<(int ScheduleId, JobId Job)> superseded = [];

    /// <summary>What is to be recorded.</summary>
    public IReadOnlyList<(int ScheduleId, ScheduleRun Run)> Runs => runs;

    /// <summary>What is to be enqueued of those whose run is recorded.</summary>
    public IReadOnlyList<(int ScheduleId, DateTimeOffset DueAt, NewJob Job)> Jobs => jobs;

    /// <summary>How large the payloads of its jobs are together.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>Where those stand that have been changed.</summary>
    public IReadOnlyList<StoredSchedule> Schedules => schedules;

    /// <summary>What is to be cancelled, since the job of a later occurrence takes its place.</summary>
    public IReadOnlyList<(int ScheduleId, JobId Job)> Superseded => superseded;

    /// <summary>What a round decided.</summary>
    public void Add(StoredSchedule before, ScheduleRound round)
    {
        var after = round.After;
        var live = after.LiveJobs.ToList();
        foreach (var decision in round.Runs)
        {
            var isFired = decision.Outcome == RunOutcome.Fired;
            var schedule = new JobSchedule(after.Name.Name, decision.DueAt, decision.Missed) { IsLate = decision.IsLate };
            var job = isFired ? Make(before.Id, after, schedule, decision.StartAt, actor: null) : null;
            Record(before.Id, schedule, RunKind.Occurrence, decision.Outcome, job);
            if (job is not null)
                live.Add(job.Id);
        }

        if (after.Definition.Overlap == OverlapPolicy.CancelPrevious && round.Runs.Any(run => run.Outcome == RunOutcome.Fired))
        {
            superseded.AddRange(live.SkipLast(1).Select(job => (before.Id, job)));
            live = [live[^1]];
        }

        Stand(before.Id, after, live, jobs.Count > 0 && jobs[^1].ScheduleId == before.Id ? jobs[^1].Job.Id : after.LastJob);
    }

    /// <summary>A job here and now.</summary>
    public NewJob AddTriggered(StoredSchedule stored, DateTimeOffset now, string? actor)
    {
        var schedule = new JobSchedule(stored.Schedule.Name.Name, now) { IsTriggered = true };
        var job = Make(stored.Id, stored.Schedule, schedule, runAt: null, actor);
        Record(stored.Id, schedule, RunKind.Trigger, RunOutcome.Fired, job);
        Stand(stored.Id, stored.Schedule, [.. stored.Schedule.LiveJobs, job.Id], job.Id);
        return job;
    }

    /// <summary>A job for an occurrence that is past.</summary>
    public void AddBackfilled(StoredSchedule stored, DateTimeOffset dueAt, string? actor)
    {
        var schedule = new JobSchedule(stored.Schedule.Name.Name, dueAt) { IsBackfilled = true };
        Record(stored.Id, schedule, RunKind.Occurrence, RunOutcome.Fired, Make(stored.Id, stored.Schedule, schedule, runAt: null, actor));
    }

    private NewJob Make(int scheduleId, Schedule schedule, JobSchedule occurrence, DateTimeOffset? runAt, string? actor)
    {
        var job = schedule.Definition.Job.ToJob(ids.Next(), occurrence, runAt, actor);
        jobs.Add((scheduleId, occurrence.DueAt, job));
        PayloadBytes += job.Payload.Length;
        return job;
    }

    private void Record(int scheduleId, JobSchedule occurrence, RunKind kind, RunOutcome outcome, NewJob? job) => runs.Add((scheduleId, new ScheduleRun
    {
        DueAt = occurrence.DueAt,
        Kind = kind,
        Outcome = outcome,
        FiredAt = null,
        Job = job?.Id,
        JobState = null,
        IsLate = occurrence.IsLate,
        IsBackfilled = occurrence.IsBackfilled,
    }));

    private void Stand(int scheduleId, Schedule after, IReadOnlyList<JobId> live, JobId? lastJob) => schedules.Add(new StoredSchedule(
        scheduleId, after with { LastJob = lastJob, LiveJobs = after.Definition.Overlap == OverlapPolicy.Allow ? [] : live }));
}
