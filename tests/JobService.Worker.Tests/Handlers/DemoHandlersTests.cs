using System.Text;
using JobService.Core.Attempts;
using JobService.Core.Jobs;
using JobService.Worker.Handlers.Demo;
using JobService.Worker.Tests.Execution;

namespace JobService.Worker.Tests.Handlers;

public sealed class DemoHandlersTests : IDisposable
{
    private readonly ExecutorBench bench = new(services => services.AddDemoHandlers());

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Echo_answers_its_payload_to_the_byte()
    {
        Start("demo.echo", """{"b":  1.0, "a": "\u00e9é"}""");

        var succeeded = Assert.IsType<JobTransition.Succeeded>(await bench.NextAsync());
        Assert.Equal("""{"b":  1.0, "a": "\u00e9é"}""", Encoding.UTF8.GetString(succeeded.Result!.Value.Span));
    }

    [Fact]
    public async Task Fail_fails_with_its_message()
    {
        Start("demo.fail", """{"message": "on purpose"}""");

        Assert.Equal("on purpose", Assert.IsType<JobTransition.Retrying>(await bench.NextAsync()).Error.Message);
    }

    [Theory]
    [InlineData(1, typeof(JobTransition.Retrying))]
    [InlineData(2, typeof(JobTransition.Succeeded))]
    public async Task Flaky_fails_so_many_times_and_then_succeeds(int attempt, Type expected)
    {
        Start("demo.flaky", """{"failures": 1}""", attempt);

        Assert.IsType(expected, await bench.NextAsync());
    }

    [Fact]
    public async Task Sleep_lasts_as_long_as_it_says()
    {
        Start("demo.sleep", """{"duration": "0s"}""");

        Assert.IsType<JobTransition.Succeeded>(await bench.NextAsync());
    }

    [Theory]
    [InlineData("demo.sleep", 10, AttemptClassifier.SoftLimitError)]
    [InlineData("demo.stubborn", 15, AttemptClassifier.HardLimitError)]
    public async Task Sleep_stops_when_it_is_asked_to_and_stubborn_does_not(string type, int seconds, string error)
    {
        Start(type, """{"duration": "1h"}""");
        bench.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(error, Assert.IsType<JobTransition.Retrying>(await bench.NextAsync()).Error.Type);
    }

    [Theory]
    [InlineData("demo.sleep", """{"duration": "soon"}""")]
    [InlineData("demo.sleep", """{"duration": "36500d"}""")]
    [InlineData("demo.stubborn", """{"duration": null}""")]
    [InlineData("demo.flaky", "{}")]
    [InlineData("demo.flaky", """{"failures": "1"}""")]
    [InlineData("demo.flaky", """{"Failures": 1}""")]
    [InlineData("demo.sleep", """{"duration": "0s", "wait": "0s"}""")]
    [InlineData("demo.fail", """{"message": null}""")]
    public async Task What_they_do_not_take_is_refused_for_good(string type, string payload)
    {
        Start(type, payload);

        Assert.Equal("payload.invalid", Assert.IsType<JobTransition.Failed>(await bench.NextAsync()).Error.Type);
    }

    private void Start(string type, string payload, int attempt = 1) =>
        bench.Executor.Start(bench.NewClaim(payload, attempt) with { Type = JobType.Parse(type) });
}
