using System.Globalization;
using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Core.Schedules;

/// <summary>A recurring rule and where it stands. What can be done with it are functions of it and of the database's time.</summary>
public sealed record Schedule
{
    public required ScheduleName Name { get; init; }

    public required ScheduleDefinition Definition { get; init; }

    /// <summary>Whether it is declared in the configuration, which alone may change it.</summary>
    public bool IsDeclared { get; init; }

    /// <summary>Whether the configuration has it off. That is apart from its state: no person's pause or resumption changes it, and it changes none of theirs.</summary>
    public bool IsDisabled { get; init; }

    public ScheduleState State { get; init; }

    /// <summary>Why someone, or its failures, have paused it, if they have and anyone said.</summary>
    public string? PausedBecause { get; init; }

    /// <summary>Whether its occurrences are recorded and get no job.</summary>
    public bool IsPaused => State == ScheduleState.Paused || IsDisabled;

    /// <summary>What intervals count from.</summary>
    public required DateTimeOffset AnchorAt { get; init; }

    /// <summary>The first occurrence that is not decided; null when there is none any more.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>Local time minus UTC just before that, by the clocks that whoever stored it knew; null where no hour is named.</summary>
    public TimeSpan? NextDueOffset { get; init; }

    /// <summary>The occurrence that waits for the end of an earlier job.</summary>
    public DateTimeOffset? WaitingDueAt { get; init; }

    /// <summary>How many occurrences got no job since the last one that did, those of a pause apart.</summary>
    public int Missed { get; init; }

    /// <summary>How many got one, over its whole life, which goes on where it is deleted and made anew.</summary>
    public long Runs { get; init; }

    /// <summary>The last occurrence that was decided.</summary>
    public DateTimeOffset? LastDueAt { get; init; }

    /// <summary>The last job it made.</summary>
    public JobId? LastJob { get; init; }

    /// <summary>The jobs that were not final when it was last looked at, as far as an overlap matters.</summary>
    public IReadOnlyList<JobId> LiveJobs { get; init; } = [];

    /// <summary>Its last change or resumption: its next occurrence was reckoned from here, and failures from here on count towards a pause.</summary>
    public required DateTimeOffset CountedFrom { get; init; }

    /// <summary>Grows with each change of what it is to do; 0 when it is not stored yet.</summary>
    public int Revision { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>All that was due up to here is decided: its next occurrence is the first one after it.</summary>
    internal DateTimeOffset DecidedUpTo
    {
        get
        {
            var decided = LastDueAt > CountedFrom ? LastDueAt.Value : CountedFrom;
            return Definition.StartAt > decided ? Definition.StartAt.Value.AddTicks(-1) : decided;
        }
    }

    /// <summary>A new one. It never fires for the past.</summary>
    /// <returns>Refused where it never would: its times are all past.</returns>
    public static Result<Schedule> Create(ScheduleName name, ScheduleDefinition definition, DateTimeOffset now) =>
        new Schedule { Name = name, Definition = definition, AnchorAt = now, CountedFrom = now, CreatedAt = now, UpdatedAt = now }.Restart(definition, now);

    /// <summary>A new one whose name another had that was deleted: the jobs which that one made are its own.</summary>
    /// <param name="runs">How many occurrences of that one got a job.</param>
    /// <param name="liveJobs">Those of its jobs that are not final, as far as an overlap matters.</param>
    /// <returns>Refused where it has made all its jobs already.</returns>
    internal Result<Schedule> Continue(long runs, IReadOnlyList<JobId> liveJobs) => runs >= Definition.MaxRuns
        ? new Refusal.Invalid([HasRun($"Before it was deleted it had made {Jobs(runs)}")])
        : this with { Runs = runs, LiveJobs = liveJobs };

    /// <summary>The same schedule with another definition. It never fires for the past, nor twice for an occurrence.</summary>
    /// <returns>The very same where the definition is. Refused where a new rule, or a new number of runs, would never fire.</returns>
    public Result<Schedule> Redefine(ScheduleDefinition definition, DateTimeOffset now) => definition == Definition ? this : Restart(definition, now);

    /// <summary>
    /// A schedule as the configuration declares it. One that has this definition stays as it is, wherever it stands; any other changes as by an edit. One that was made over the API is
    /// declared from then on.
    /// </summary>
    /// <param name="name">Which one.</param>
    /// <param name="current">As it stands; null where there is none.</param>
    /// <param name="definition">As it is declared.</param>
    /// <param name="isEnabled">False turns it off, true on again; whatever a person or its failures have paused stays so.</param>
    /// <param name="now">By the database's clock.</param>
    /// <returns>The very same where there is nothing to change. Refused where it would never fire.</returns>
    public static Result<Schedule> Declare(ScheduleName name, Schedule? current, ScheduleDefinition definition, bool isEnabled, DateTimeOffset now)
    {
        if (current?.Definition == definition)
            return Enable(current.IsDeclared ? current : current with { IsDeclared = true, Revision = current.Revision + 1, UpdatedAt = now }, isEnabled, now);
        return (current?.Redefine(definition, now) ?? Create(name, definition, now)).IsRefused(out var refusal, out var changed)
            ? refusal
            : Enable(changed with { IsDeclared = true }, isEnabled, now);
    }

    /// <summary>It fires no more until it is resumed; nothing changes where it is paused already.</summary>
    /// <returns>Refused where it has ended.</returns>
    public Result<Schedule> Pause(string? because, DateTimeOffset now) => State switch
    {
        ScheduleState.Ended => new Refusal.WrongState("ended", ["active", "paused"], $"The schedule {Name} has ended."),
        ScheduleState.Paused => this,
        _ => this with { State = ScheduleState.Paused, PausedBecause = because, Revision = Revision + 1, UpdatedAt = now },
    };

    /// <summary>It fires again, from now on; nothing changes where it is not paused.</summary>
    /// <returns>Refused where it has ended, where the configuration has it off, or where it can't be told when it is due.</returns>
    public Result<Schedule> Resume(DateTimeOffset now) => State switch
    {
        ScheduleState.Ended => new Refusal.WrongState("ended", ["paused"], $"The schedule {Name} has ended."),
        _ when IsDisabled => new Refusal.WrongState(
            "disabled", ["paused"], $"The schedule {Name} is disabled in the configuration; enable it there, at JobService:Schedules:{Name}:Enabled."),
        ScheduleState.Active => this,
        _ => (this with { State = ScheduleState.Active }).Restart(Definition, now),
    };

    /// <summary>The occurrences that are not decided, in order: what is left of its runs, and up to its end.</summary>
    public IEnumerable<Occurrence> Upcoming()
    {
        if (NextDueAt is not { } next || Definition.Rule.TryCadence(Name, AnchorAt, out _) is not { } cadence)
            return [];
        var left = Definition.MaxRuns - Runs;
        return cadence.After(next.AddTicks(-1)).TakeWhile((occurrence, i) => !(occurrence.At > Definition.EndAt) && !(i >= left));
    }

    /// <summary>When the job of an occurrence may start: its time, and the share of the jitter that falls to it.</summary>
    public DateTimeOffset StartOf(DateTimeOffset dueAt) => Definition.Jitter <= TimeSpan.Zero
        ? dueAt
        : dueAt.AddMilliseconds(Spread.Of(FormattableString.Invariant($"{Name}\n{dueAt.UtcTicks}"), "jitter", (long)Definition.Jitter.TotalMilliseconds + 1));

    private static Result<Schedule> Enable(Schedule declared, bool isEnabled, DateTimeOffset now) => (isEnabled, declared.IsDisabled) switch
    {
        (false, false) => declared with { IsDisabled = true, Revision = declared.Revision + 1, UpdatedAt = now },
        (true, true) => (declared with { IsDisabled = false }).Restart(declared.Definition, now),
        _ => declared,
    };

    /// <summary>From now on, by a definition. One with the same rule goes on in its step, or has ended as it had.</summary>
    private Result<Schedule> Restart(ScheduleDefinition definition, DateTimeOffset now)
    {
        var isSameRule = Revision > 0 && definition.Rule == Definition.Rule && definition.StartAt == Definition.StartAt;
        var isOver = Runs >= definition.MaxRuns;
        if (isOver && !(isSameRule && definition.MaxRuns == Definition.MaxRuns))
            return new Refusal.Invalid([HasRun($"It has made {Jobs(Runs)} already")]);
        var anchor = isSameRule ? AnchorAt : definition.StartAt - definition.Rule.Every ?? now;
        if (definition.Rule.TryCadence(Name, anchor, out var fault) is not { } cadence)
            return new Refusal.Invalid([new Fault("/timeZone", fault)]);

        var counted = this with { Definition = definition, CountedFrom = now };
        var next = cadence.Next(counted.DecidedUpTo)?.At;
        if (next is null || next > definition.EndAt)
        {
            if (!isSameRule)
                return new Refusal.Invalid([NeverFires(definition)]);
            isOver = true;
        }

        next = isOver ? null : next;
        var state = State == ScheduleState.Paused ? ScheduleState.Paused : isOver ? ScheduleState.Ended : ScheduleState.Active;
        return counted with
        {
            AnchorAt = anchor,
            NextDueAt = next,
            NextDueOffset = ZoneCorrection.OffsetBefore(cadence, next),
            State = state,
            PausedBecause = state == ScheduleState.Paused ? PausedBecause : null,
            LiveJobs = definition.Overlap == OverlapPolicy.Allow ? [] : LiveJobs,
            Revision = Revision + 1,
            UpdatedAt = now,
        };
    }

    private static Fault HasRun(string told) => new("/maxRuns", $"{told}, and those of its whole life count; give more, or leave it out.");

    private static string Jobs(long runs) => string.Create(CultureInfo.InvariantCulture, $"{runs} {(runs == 1 ? "job" : "jobs")}");

    private static Fault NeverFires(ScheduleDefinition definition) => definition.Rule.At is null
        ? new Fault("/endAt", "It would never fire: from now, or startAt, to endAt it is not due.")
        : new Fault("/at", "It would never fire: its time has passed, or is not from startAt to endAt.");
}
