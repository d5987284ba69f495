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

    // What happens often in life happens often here.
    private static readonly Gen<StepKind> Kind = Gen.Frequency(
        (4, Gen.Const(StepKind.Enqueue)),
        (6, Gen.Const(StepKind.EnqueueUnique)),
        (6, Gen.Const(StepKind.EnqueueSequence)),
        (5, Gen.Const(StepKind.AdvanceSequences)),
        (1, Gen.Const(StepKind.RecoverSequences)),
        (2, Gen.Const(StepKind.ResumeSequence)),
        (1, Gen.Const(StepKind.PruneKeys)),
        (6, Gen.Const(StepKind.Claim)),
        (8, Gen.Const(StepKind.End)),
        (2, Gen.Const(StepKind.Cancel)),
        (2, Gen.Const(StepKind.Restart)),
        (2, Gen.Const(StepKind.Edit)),
        (1, Gen.Const(StepKind.Delete)),
        (1, Gen.Const(StepKind.Erase)),
        (3, Gen.Const(StepKind.Advance)),
        (3, Gen.Const(StepKind.Promote)),
        (2, Gen.Const(StepKind.Expire)),
        (2, Gen.Const(StepKind.LoseWorker)),
        (3, Gen.Const(StepKind.Reclaim)),
        (1, Gen.Const(StepKind.Disown)),
        (2, Gen.Const(StepKind.Fold)));

    private static readonly Gen<Step[]> Steps =
        Gen.Select(Kind, Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Int[0, 10], (kind, target, variant, amount) => new Step(kind, target, variant, amount)).Array[1, 60];

    [Fact]
    public async Task A_store_does_what_the_model_does_whatever_is_asked_of_it() => await Steps.SampleAsync(
        async steps =>
        {
            var store = await PostgresStore.OnAsync(database);
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
}
