using System.Diagnostics;
using JobService.Core.Attempts;
using JobService.Core.Jobs;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Turns transitions into the arrays of <c>complete_jobs.sql</c>, for jobs that succeeded with nothing to keep, of <c>apply_transitions.sql</c> for all others, and of
/// <c>apply_sequence_transitions.sql</c> for jobs of sequences, which the first two leave alone.
/// </summary>
internal sealed class TransitionRows
{
    private readonly List<JobTransition> plain;
    private readonly List<JobTransition> others = [];
    private readonly List<JobTransition> ofSequences = [];

    public TransitionRows(IReadOnlyList<JobTransition> transitions)
    {
        plain = new List<JobTransition>(transitions.Count);
        foreach (var transition in transitions)
            (transition.IsOfSequence ? ofSequences : transition is JobTransition.Succeeded { Result: null } ? plain : others).Add(transition);
    }

    public int Count => plain.Count + others.Count + ofSequences.Count;

    public bool HasPlain => plain.Count > 0;

    public bool HasOthers => others.Count > 0;

    public bool HasOfSequences => ofSequences.Count > 0;

    /// <summary>Whether jobs of sequences have ended by them, as their answers tell.</summary>
    public bool HasEndedHeads { get; set; }

    /// <summary>How many statements they take.</summary>
    public int Statements => (HasPlain ? 1 : 0) + (HasOthers ? 1 : 0) + (HasOfSequences ? 1 : 0);

    public NpgsqlBatchCommand FillPlain(NpgsqlBatchCommand command)
    {
        var (ids, tokens) = (new Guid[plain.Count], new long[plain.Count]);
        for (var i = 0; i < ids.Length; i++)
            (ids[i], tokens[i]) = (plain[i].Id.Value, plain[i].Token.Value);
        return command.With(ids).With(tokens);
    }

    public NpgsqlBatchCommand FillOthers(NpgsqlBatchCommand command) => Fill(command, others);

    public NpgsqlBatchCommand FillOfSequences(NpgsqlBatchCommand command) => Fill(command, ofSequences);

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
