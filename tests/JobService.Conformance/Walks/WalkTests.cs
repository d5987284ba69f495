using CsCheck;
using JobService.Conformance.Model;
using JobService.Conformance.Stores;
using JobService.TestKit;

namespace JobService.Conformance.Walks;

/// <summary>
/// Random walks on PostgreSQL beside the model. JOBSERVICE_WALKS takes another number of them; a failure names the seed, which
/// CsCheck_Seed takes again, and the shortest walk that still fails.
/// </summary>
public sealed class WalkTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly long Walks = long.Parse(Environment.GetEnvironmentVariable("JOBSERVICE_WALKS") ?? "60", System.Globalization.CultureInfo.InvariantCulture);

    private static readonly (int Often, StepKind Kind)[] Everything =
    [
        (4, StepKind.Enqueue),
        (6, StepKind.EnqueueUnique),
        (6, StepKind.EnqueueSequence),
        (3, StepKind.EnqueueLimited),
        (2, StepKind.SetLimit),
        (1, StepKind.DeleteLimit),
        (1, StepKind.PauseQueue),
        (2, StepKind.ResumeQueue),
        (5, StepKind.AdvanceSequences),
        (1, StepKind.RecoverSequences),
        (2, StepKind.ResumeSequence),
        (1, StepKind.PruneKeys),
        (6, StepKind.Claim),
        (8, StepKind.End),
        (2, StepKind.Cancel),
        (2, StepKind.Restart),
        (2, StepKind.Edit),
        (1, StepKind.Delete),
        (1, StepKind.Erase),
        (3, StepKind.Advance),
        (3, StepKind.Promote),
        (2, StepKind.Expire),
        (2, StepKind.LoseWorker),
        (3, StepKind.Reclaim),
        (1, StepKind.Disown),
        (2, StepKind.Fold),
    ];

    private static readonly (int Often, StepKind Kind)[] MostlyLimits =
    [
        (10, StepKind.EnqueueLimited),
        (8, StepKind.SetLimit),
        (2, StepKind.DeleteLimit),
        (12, StepKind.Claim),
        (8, StepKind.End),
        (6, StepKind.Advance),
        .. Everything.Select(step => (1, step.Kind)),
    ];

    [Fact]
    public Task A_store_does_what_the_model_does_whatever_is_asked_of_it() => WalkAsync(Everything, enqueuesInSql: false);

    [Fact]
    public Task So_it_does_where_jobs_with_keys_are_enqueued_in_SQL() => WalkAsync(Everything, enqueuesInSql: true);

    [Fact]
    public Task So_it_does_under_limits_that_change_all_the_time() => WalkAsync(MostlyLimits, enqueuesInSql: false);

    /// <param name="kinds">What happens, and how often beside the others.</param>
    /// <param name="enqueuesInSql">See <see cref="PostgresStore.OnAsync"/>.</param>
    private Task WalkAsync((int Often, StepKind Kind)[] kinds, bool enqueuesInSql) => StepsOf(kinds).SampleAsync(
        async steps =>
        {
            var store = await PostgresStore.OnAsync(database, enqueuesInSql);
            try
            {
                await new Walk(store, new ModelStore()).TakeAsync(steps);
            }
            finally
            {
                await store.ReleaseAsync();
            }
        },
        iter: Walks,
        threads: 1,
        print: steps => string.Join('\n', steps.Select(step => step.ToString())));

    private static Gen<Step[]> StepsOf((int Often, StepKind Kind)[] kinds) => Gen.Select(
        Gen.Frequency([.. kinds.Select(kind => (kind.Often, Gen.Const(kind.Kind)))]),
        Gen.Int[0, 1000],
        Gen.Int[0, 1000],
        Gen.Int[0, 10],
        (kind, target, variant, amount) => new Step(kind, target, variant, amount)).Array[1, 60];
}
