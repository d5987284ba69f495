using JobService.Core;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Results;
using JobService.Core.Signals;
using JobService.Worker.Claiming;
using JobService.Worker.Completion;
using JobService.Worker.Execution;
using JobService.Worker.Handlers.Demo;
using JobService.Worker.Leasing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Worker.Tests.Claiming;

public sealed class LostAnswerTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider clock = new();
    private readonly RunningJobs running = new();
    private readonly CancellationTokenSource drain = new();
    private readonly WorkerLease lease = new(new WorkerId(1));
    private readonly SignalHub signals;
    private readonly CompletionBuffer completions;
    private readonly ServiceProvider services = new ServiceCollection()
        .AddLogging()
        .AddJobServiceCore(new ConfigurationBuilder().Build())
        .AddDemoHandlers()
        .BuildServiceProvider();

    private int exchanges;

    public LostAnswerTests()
    {
        signals = new SignalHub(null!, clock, NullLogger<SignalHub>.Instance);
        completions = new CompletionBuffer(signals.Ready.Raise);
    }

    [Fact]
    public async Task What_a_lost_exchange_may_still_claim_is_asked_for_again_for_a_minute()
    {
        var store = new ScriptedClaimStore(_ => ++exchanges == 1 ? throw new LostAnswerException() : Exchange.Empty);
        var loop = Loop(store).RunAsync(lease, drain.Token);

        await AdvanceUntilAsync(() => store.Disowns == 2);
        await AdvanceUntilAsync(() => store.Disowns == 12);
        var exchangesThen = exchanges;
        await AdvanceUntilAsync(() => exchanges > exchangesThen + 20);
        Assert.Equal(12, store.Disowns);

        await StopAsync(loop);
    }

    [Fact]
    public async Task A_driver_that_stumbles_does_not_end_the_loop()
    {
        var store = new ScriptedClaimStore(_ => ++exchanges <= 2 ? throw new InvalidCastException("The answer could not be read.") : Exchange.Empty);
        var loop = Loop(store).RunAsync(lease, drain.Token);

        await AdvanceUntilAsync(() => exchanges > 4);
        await StopAsync(loop);
    }

    [Fact]
    public async Task A_worker_that_stops_after_a_lost_answer_gives_back_what_it_may_hold()
    {
        var store = new ScriptedClaimStore(_ =>
        {
            drain.Cancel();
            throw new LostAnswerException();
        });

        await StopAsync(Loop(store).RunAsync(lease, drain.Token));

        Assert.Equal(1, store.Disowns);
    }

    [Fact]
    public async Task An_end_that_the_database_refuses_in_any_form_keeps_no_other_from_being_applied()
    {
        var applied = new List<long>();
        var store = new ScriptedClaimStore(transitions =>
        {
            if (transitions.Any(transition => transition.Token.Value == 1))
                throw new LostAnswerException("23505");
            applied.AddRange(transitions.Select(transition => transition.Token.Value));
            return Exchange.Empty;
        });
        completions.Add(Success(1));
        completions.Add(Success(2));
        var loop = Loop(store).RunAsync(lease, drain.Token);

        await AdvanceUntilAsync(() => completions.IsEmpty);
        await StopAsync(loop);

        Assert.Equal([2], applied);
    }

    public void Dispose()
    {
        services.Dispose();
        drain.Dispose();
        signals.Dispose();
    }

    private static JobTransition Success(long token) => JobTransition.Succeed(JobId.FirstAt(DateTimeOffset.UnixEpoch), new LeaseToken(token), result: null);

    private ClaimLoop Loop(IClaimStore store)
    {
        var slots = new ExecutionSlots(1, 1);
        var handlers = services.GetRequiredService<JobHandlers>();
        return new ClaimLoop(
            store, new JobExecutor(services.GetRequiredService<HandlerInvoker>(), running, slots, completions, clock, NullLogger<JobExecutor>.Instance), running, slots, completions, signals,
            new FinalJobWatch(null!, clock), handlers, Options.Create(new WorkerOptions()), clock, NullLogger<ClaimLoop>.Instance);
    }

    private async Task StopAsync(Task loop)
    {
        await drain.CancelAsync();
        await AdvanceUntilAsync(() => loop.IsCompleted);
        await loop;
    }

    /// <summary>Lets time pass until something holds; the loop runs on real threads, so it is given a chance at each step.</summary>
    private async Task AdvanceUntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            clock.Advance(Step);
            await Task.Yield();
        }
    }
}
