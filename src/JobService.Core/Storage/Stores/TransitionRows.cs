using System.Diagnostics;
using JobService.Core.Attempts;
using JobService.Core.Jobs;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Turns transitions into the arrays of <c>apply_transitions.sql</c>.</summary>
internal static class TransitionRows
{
    public static NpgsqlBatchCommand Fill(NpgsqlBatchCommand command, IReadOnlyList<JobTransition> transitions)
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
