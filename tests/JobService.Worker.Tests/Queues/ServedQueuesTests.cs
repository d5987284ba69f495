using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;
using JobService.Worker.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Tests.Queues;

public sealed class ServedQueuesTests
{
    private static readonly QueueName Low = QueueName.Parse("low");

    [Fact]
    public void Without_any_all_are_served() => Assert.Equal([QueueSelection.All], Read().Open([]));

    [Fact]
    public void A_queue_is_a_name_or_a_section()
    {
        var served = Read(("Queues:0", "high"), ("Queues:1:Name", "low"), ("Queues:1:Weight", "3"), ("Queues:1:Slots", "5"), ("Queues:2", "reports.*"), ("QueueOrder", "strict"));

        Assert.Equal([new("high"), new("low") { Weight = 3, MaxJobs = 5 }, new("reports.*")], served.Open([]));
        Assert.Equal(QueueOrder.Strict, served.Order);
        Assert.Equal(["high", "low", "reports.*"], served.Globs);
    }

    [Fact]
    public void A_queue_is_a_name_or_an_object_in_json_too()
    {
        using var json = new MemoryStream("""{"JobService": {"Worker": {"Queues": ["high", {"Name": "low", "Slots": 5}]}}}"""u8.ToArray());
        var options = new ConfigurationBuilder().AddJsonStream(json).Build().GetSection(WorkerOptions.Section).Get<WorkerOptions>()!;

        Assert.Equal([new ServedQueue { Name = "high" }, new ServedQueue { Name = "low", Slots = 5 }], options.Queues);
    }

    [Fact]
    public void There_is_room_beside_what_runs_and_what_was_asked_for()
    {
        var served = Read(("Queues:0:Name", "low*"), ("Queues:0:Slots", "5"), ("Queues:1", "*"));
        Assert.Equal([5, null], Rooms());

        served.Enter(Low);
        served.Enter(QueueName.Parse("low.b"));
        served.Enter(QueueName.Default);
        Assert.Equal([3, null], Rooms());
        Assert.Equal([1, null], Rooms(Request(maxJobs: 2)));
        Assert.Equal([0, null], Rooms(Request(maxJobs: 10)));

        served.Leave(Low);
        Assert.Equal([4, null], Rooms());

        int?[] Rooms(params ClaimRequest[] asked) => [.. served.Open(asked).Select(selection => selection.MaxJobs)];

        ClaimRequest Request(int maxJobs) =>
            new() { Worker = new WorkerId(1), MaxJobs = maxJobs, Types = [JobType.Parse("demo.echo")], Queues = served.Open([]) };
    }

    private static ServedQueues Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{WorkerOptions.Section}:{setting.Key}", (string?)setting.Value))).Build();
        return new ServedQueues(Options.Create(configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>() ?? new WorkerOptions()));
    }
}
