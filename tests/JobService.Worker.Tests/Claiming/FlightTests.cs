using System.Collections.Concurrent;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Worker.Completion;

namespace JobService.Worker.Tests.Claiming;

/// <summary>Two exchanges under way at once.</summary>
public sealed class FlightTests : IDisposable
{
    private const int Slots = 2_000;

    private readonly ClaimBench bench = new();
    private readonly ConcurrentQueue<(IReadOnlyList<JobTransition> Transitions, TaskCompletionSource<Exchange> Answer)> flights = new();
    private readonly ScriptedClaimStore store;

    public FlightTests()
    {
        // From here on each waits until the test answers.
        store = new ScriptedClaimStore(transitions =>
        {
            var answer = new TaskCompletionSource<Exchange>(TaskCreationOptions.RunContinuationsAsynchronously);
            flights.Enqueue((transitions, answer));
            return answer.Task;
        });
    }

    [Fact]
    public async Task Where_much_has_ended_it_is_sent_while_another_exchange_is_under_way_and_a_third_waits()
    {
        var loop = bench.RunAsync(store, slotCount: Slots);
        await UntilAsync(() => flights.Count == 1);
        End(1, CompletionBuffer.Many - 1);
        await PassAMinuteAsync();
        Assert.Single(flights);

        End(CompletionBuffer.Many, 1);
        await UntilAsync(() => flights.Count == 2);
        Assert.Equal(CompletionBuffer.Many, flights.Last().Transitions.Count);
        Assert.Equal([1_000, 1_000], store.Requests.Select(request => request.MaxJobs));

        End(CompletionBuffer.Many + 1, CompletionBuffer.Many);
        await PassAMinuteAsync();
        Assert.Equal(2, flights.Count);

        await StopAsync(loop);
    }

    [Fact]
    public async Task No_two_of_them_ask_for_a_suspect()
    {
        var loop = bench.RunAsync(store, slotCount: Slots);
        await UntilAsync(() => flights.Count == 1);
        End(1, CompletionBuffer.Many);
        await UntilAsync(() => flights.Count == 2);

        Assert.Equal([true, false], store.Requests.Select(request => request.AllowSuspect));
        await StopAsync(loop);
    }

    [Fact]
    public async Task When_one_fails_nothing_is_given_back_until_the_other_has_come_and_only_its_own_is_sent_again()
    {
        End(1, 3);
        var loop = bench.RunAsync(store, slotCount: Slots);
        await UntilAsync(() => flights.Count == 1);
        End(4, CompletionBuffer.Many);
        await UntilAsync(() => flights.Count == 2);
        var (first, second) = (flights.First(), flights.Last());

        first.Answer.SetException(new LostAnswerException());
        await PassAMinuteAsync();
        Assert.Equal((2, 0), (flights.Count, store.Disowns));

        second.Answer.SetResult(Exchange.Empty);
        await bench.AdvanceUntilAsync(() => flights.Count == 3);
        Assert.InRange(store.Disowns, 1, 12);
        Assert.StartsWith("disown", store.Calls[CompletionBuffer.Many + 5], StringComparison.Ordinal);
        Assert.Equal([1L, 2, 3], flights.Last().Transitions.Select(transition => transition.Token.Value));
        await StopAsync(loop);
    }

    public void Dispose() => bench.Dispose();

    private void End(int firstToken, int count)
    {
        for (var i = 0; i < count; i++)
            bench.Completions.Add(ClaimBench.Success(firstToken + i));
    }

    private Task PassAMinuteAsync()
    {
        var start = bench.Clock.GetTimestamp();
        return bench.AdvanceUntilAsync(() => bench.Clock.GetElapsedTime(start) > TimeSpan.FromMinutes(1));
    }

    private async Task StopAsync(Task loop)
    {
        bench.Drain();
        await bench.AdvanceUntilAsync(() =>
        {
            foreach (var flight in flights)
                flight.Answer.TrySetResult(Exchange.Empty);
            return loop.IsCompleted;
        });
        await loop;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
