using JobService.Core.Diagnostics;
using JobService.Core.Errors;
using JobService.Core.Schedules;
using JobService.Worker.Scheduling;
using JobService.Worker.Tests.Execution;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Worker.Tests.Scheduling;

public sealed class ScheduleDeclarerTests
{
    private static readonly ScheduleName Nightly = ScheduleName.Parse("nightly");
    private static readonly ScheduleName Weekly = ScheduleName.Parse("weekly");
    private static readonly (string, string)[] Both = [("nightly:Cron", "0 3 * * *"), ("nightly:Job:Type", "a"), ("weekly:Every", "7d"), ("weekly:Job:Type", "b")];

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly LogProbe<ScheduleDeclarer> log = new();
    private readonly MemoryScheduleStore store;

    public ScheduleDeclarerTests() => store = new MemoryScheduleStore(clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_declared_is_made_and_said()
    {
        using var declarer = Declarer(Both);

        await declarer.RoundAsync(Cancellation);

        Assert.Equal([(Nightly, true), (Weekly, true)], store.Schedules.Select(schedule => (schedule.Key, schedule.Value.IsDeclared)));
        Assert.Equal(2, log.Messages.Count);
    }

    [Fact]
    public async Task A_second_process_changes_nothing_and_says_nothing()
    {
        await Declarer(Both).RoundAsync(Cancellation);
        var before = store.Schedules.ToArray();
        log.Messages.Clear();

        await Declarer(Both).RoundAsync(Cancellation);

        Assert.Equal(before, store.Schedules.ToArray());
        Assert.Empty(log.Messages);
    }

    [Fact]
    public async Task What_another_process_declares_is_left_alone()
    {
        await Declarer(Both).RoundAsync(Cancellation);

        await Declarer(("other:Every", "1h"), ("other:Job:Type", "a")).RoundAsync(Cancellation);

        Assert.Equal(3, store.Schedules.Count);
    }

    [Fact]
    public async Task One_that_was_made_over_the_api_is_taken_over_with_a_warning()
    {
        await Declarer(Both).RoundAsync(Cancellation);
        store.Schedules[Nightly] = store.Schedules[Nightly] with { IsDeclared = false };

        await Declarer(Both).RoundAsync(Cancellation);

        Assert.True(store.Schedules[Nightly].IsDeclared);
        Assert.Contains("nightly was made over the API", await log.SeenAsync(EventIds.ScheduleTakenOver), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_would_never_fire_is_told_and_keeps_no_other_from_being_made()
    {
        await Declarer([("nightly:At", "2020-01-01T00:00:00Z"), .. Both[1..]]).RoundAsync(Cancellation);

        Assert.Equal([Weekly], store.Schedules.Keys);
        Assert.Contains("nightly can't be made what the configuration declares: It would never fire", await log.SeenAsync(EventIds.ScheduleNotDeclared), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_can_not_be_changed_yet_is_told_once_and_tried_again()
    {
        using var declarer = Declarer(Both);
        store.Refusal = name => name == Nightly ? new Refusal.Unavailable("A later version has written it.", TimeSpan.FromSeconds(1)) : null;

        await declarer.RoundAsync(Cancellation);
        await declarer.RoundAsync(Cancellation);
        var told = log.Messages.Count(message => message.Contains("nightly can't be made what the configuration declares: A later version", StringComparison.Ordinal));
        store.Refusal = _ => null;
        await declarer.RoundAsync(Cancellation);

        Assert.Equal(1, told);
        Assert.Equal([Weekly, Nightly], store.Schedules.Keys);
    }

    [Fact]
    public async Task To_remove_one_is_to_say_so_and_it_goes_only_if_it_was_declared()
    {
        await Declarer(Both).RoundAsync(Cancellation);
        store.Schedules[Weekly] = store.Schedules[Weekly] with { IsDeclared = false };

        await Declarer([("nightly:Remove", "true"), ("weekly:Remove", "true"), .. Both[..2]]).RoundAsync(Cancellation);

        Assert.Equal([Weekly], store.Schedules.Keys);
        Assert.Contains("nightly was removed", await log.SeenAsync(EventIds.ScheduleRemoved), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_fails_keeps_no_other_from_being_declared_and_is_tried_again()
    {
        using var declarer = Declarer(Both);
        store.Fault = name => name == Nightly ? new TimeoutException() : null;

        await Assert.ThrowsAsync<TimeoutException>(() => declarer.RoundAsync(Cancellation));
        await Assert.ThrowsAsync<TimeoutException>(() => declarer.RoundAsync(Cancellation));
        Assert.Equal([Weekly], store.Schedules.Keys);
        store.Fault = _ => null;
        await declarer.RoundAsync(Cancellation);

        Assert.Equal([Weekly, Nightly], store.Schedules.Keys);
    }

    [Fact]
    public async Task While_the_database_is_away_it_goes_on_trying_says_so_once_and_then_rests()
    {
        using var declarer = Declarer(Both);
        var calls = 0;
        store.Fault = _ => Interlocked.Increment(ref calls) <= 3 ? new TimeoutException("away") : null;

        await declarer.StartAsync(Cancellation);
        while (!log.Messages.Any(message => message.Contains("works again", StringComparison.Ordinal)))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        for (var looks = 0; looks < 200; looks++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            await Task.Yield();
        }

        await declarer.StopAsync(Cancellation);
        Assert.Equal(2, store.Schedules.Count);
        Assert.Equal(5, calls);
        Assert.Single(log.Messages, message => message.Contains("goes on trying: away", StringComparison.Ordinal));
    }

    private ScheduleDeclarer Declarer(params (string Key, string Value)[] settings)
    {
        var declared = new DeclaredSchedules();
        declared.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{DeclaredSchedules.Section}:{setting.Key}", (string?)setting.Value))).Build());
        return new ScheduleDeclarer(store, Options.Create(declared), clock, log);
    }
}
