using System.Diagnostics;
using JobService.Core.Attempts;
using JobService.Core.Jobs;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// The transitions of one exchange, by the statements that apply them: as the arrays of <c>complete_jobs.sql</c>, for jobs that succeeded with nothing to keep, of <c>apply_transitions.sql</c> for all others, and of
/// <c>apply_sequence_transitions.sql</c> for jobs of sequences, which the first two leave alone.
/// </summary>
internal sealed class TransitionRows
{
    private static readonly string CompleteJobs = SqlText.Read("complete_jobs");
    private static readonly string ApplyTransitions = SqlText.Read("apply_transitions");
    private static readonly string ApplySequenceTransitions = SqlText.Read("apply_sequence_transitions");

    private readonly List<JobTransition> plain;
    private readonly List<JobTransition> others = [];
    private readonly List<JobTransition> ofSequences = [];

    public TransitionRows(IReadOnlyList<JobTransition> transitions)
    {
        plain = new List<JobTransition>(transitions.Count);
        foreach (var transition in transitions)
            (transition.IsOfSequence ? ofSequences : transition is JobTransition.Succeeded { Result: null } ? plain : others).Add(transition);
    }

    /// <summary>Whether jobs of sequences have ended by them, as their answers tell.</summary>
    public bool HasEndedHeads { get; private set; }

    /// <summary>Adds the statements that apply them: one of each kind there is.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (plain.Count > 0)
            batch.BatchCommands.Add(FillPlain(new NpgsqlBatchCommand(CompleteJobs)));
        if (others.Count > 0)
            batch.BatchCommands.Add(Fill(new NpgsqlBatchCommand(ApplyTransitions), others));
        if (ofSequences.Count > 0)
            batch.BatchCommands.Add(Fill(new NpgsqlBatchCommand(ApplySequenceTransitions), ofSequences));
    }

    /// <summary>Reads their answers, the first of which the reader stands at, and leaves it behind the last.</summary>
    /// <returns>Those of these transitions that changed nothing, since their leases are no longer held.</returns>
    public async Task<IReadOnlyList<JobTransition>> ReadStaleAsync(NpgsqlDataReader reader, IReadOnlyList<JobTransition> of, CancellationToken cancellationToken)
    {
        var applied = new List<(Guid Id, long Token)>(of.Count);
        foreach (var sent in (List<JobTransition>[])[plain, others, ofSequences])
        {
            if (sent.Count == 0)
                continue;
            while (await reader.ReadAsync(cancellationToken))
            {
                applied.Add((reader.GetGuid(0), reader.GetInt64(1)));
                HasEndedHeads |= sent == ofSequences && reader.GetBoolean(2);
            }

            await reader.NextResultAsync(cancellationToken);
        }

        if (applied.Count == of.Count)
            return [];
        var held = applied.ToHashSet();
        return [.. of.Where(transition => !held.Contains((transition.Id.Value, transition.Token.Value)))];
    }

    private NpgsqlBatchCommand FillPlain(NpgsqlBatchCommand command)
    {
        var (ids, tokens) = (new Guid[plain.Count], new long[plain.Count]);
        for (var i = 0; i < ids.Length; i++)
            (ids[i], tokens[i]) = (plain[i].Id.Value, plain[i].Token.Value);
        return command.With(ids).With(tokens);
    }

    private static NpgsqlBatchCommand Fill(NpgsqlBatchCommand command, List<JobTransition> transitions)
    {
        var rows = new Row[transitions.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = RowOf(transitions[i]);

        return command
            .With(Array.ConvertAll(rows, row => row.Id))
            .With(Array.ConvertAll(rows, row => row.Token))
            .With(Array.ConvertAll(rows, row => row.Kind))
            .With(Array.ConvertAll(rows, row => row.Result), NpgsqlDbType.Array | NpgsqlDbType.Json)
            .With(Array.ConvertAll(rows, row => Milliseconds(row.KeepResult)))
            .With(Array.ConvertAll(rows, row => Milliseconds(row.Delay)))
            .With(Array.ConvertAll(rows, row => row.Reason), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(Array.ConvertAll(rows, row => (short?)row.Failure))
            .With(Array.ConvertAll(rows, row => row.Error?.Type), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(Array.ConvertAll(rows, row => row.Error?.Message), NpgsqlDbType.Array | NpgsqlDbType.Text)
            .With(Array.ConvertAll(rows, row => row.Error?.Stack), NpgsqlDbType.Array | NpgsqlDbType.Text);
    }

    private static long? Milliseconds(TimeSpan? duration) => (long?)duration?.TotalMilliseconds;

    private static Row RowOf(JobTransition transition)
    {
        var row = new Row { Id = transition.Id.Value, Token = transition.Token.Value };
        return transition switch
        {
            JobTransition.Succeeded t => row with { Kind = 1, Result = t.Result, KeepResult = t.KeepResult },
            JobTransition.Retrying t => row with { Kind = 2, Failure = t.Failure, Error = t.Error, Delay = t.Delay },
            JobTransition.Failed t => row with { Kind = 3, Failure = t.Failure, Error = t.Error, Reason = t.Reason },
            JobTransition.Expired t => row with { Kind = 4, Reason = t.Reason },
            JobTransition.Snoozed t => row with { Kind = 5, Delay = t.Delay },
            JobTransition.Released => row with { Kind = 6 },
            JobTransition.Cancelled { IsAbandoned: false } t => row with { Kind = 7, Reason = t.Reason },
            JobTransition.Cancelled => row with
            {
                Kind = 8,
                Failure = AttemptFailure.Abandoned,
                Error = new AttemptError("job.abandoned", "The job was cancelled and its handler did not stop within the grace."),
            },
            _ => throw new UnreachableException(),
        };
    }

    private readonly record struct Row
    {
        public required Guid Id { get; init; }

        public required long Token { get; init; }

        public short Kind { get; init; }

        public ReadOnlyMemory<byte>? Result { get; init; }

        public TimeSpan? KeepResult { get; init; }

        public TimeSpan? Delay { get; init; }

        public string? Reason { get; init; }

        public AttemptFailure? Failure { get; init; }

        public AttemptError? Error { get; init; }
    }
}
