using System.Text;
using JobService.Core.Attempts;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace JobService.Core.Tests.Handlers;

public sealed class JobHandlerRegistrationTests
{
    [Fact]
    public async Task A_handler_is_found_by_the_type_its_attribute_names()
    {
        await using var services = HandlerBench.Build(services => services.AddJobHandler<Greeter>());

        var answered = Assert.IsType<AttemptResult.Answered>(await HandlerBench.RunAsync(services, "greet", """{"name": "Ada"}"""));

        Assert.Equal("""{"text":"Hello, Ada"}""", Encoding.UTF8.GetString(answered.Result!.Value.Span));
    }

    [Fact]
    public async Task The_type_that_a_registration_names_wins_over_the_attribute()
    {
        await using var services = HandlerBench.Build(services => services.AddJobHandler<Greeter>("greet.loudly"));

        Assert.Equal([JobType.Parse("greet.loudly")], services.GetRequiredService<JobHandlers>().Types);
    }

    [Fact]
    public async Task Each_attempt_has_a_scope_of_its_own_that_ends_with_it()
    {
        await using var services = HandlerBench.Build(services => services.AddScoped<Resource>().AddSingleton(new List<Resource>()).AddJobHandler<User>("use"));

        await HandlerBench.RunAsync(services, "use", "{}");
        await HandlerBench.RunAsync(services, "use", "{}");

        var used = services.GetRequiredService<List<Resource>>();
        Assert.Equal(2, used.Distinct().Count());
        Assert.All(used, resource => Assert.True(resource.IsDisposed));
    }

    [Fact]
    public async Task A_handler_that_cannot_be_made_fails_its_attempt()
    {
        await using var services = HandlerBench.Build(services => services.AddJobHandler<User>("use"));

        var threw = Assert.IsType<AttemptResult.Threw>(await HandlerBench.RunAsync(services, "use", "{}"));

        Assert.Contains(nameof(Resource), threw.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_handlers_of_one_type_are_refused_at_the_start()
    {
        await using var services = HandlerBench.Build(services => services.AddJobHandler<Greeter>().AddJobHandler<User>("greet"));

        var refused = Assert.Throws<InvalidOperationException>(services.GetRequiredService<JobHandlers>);

        Assert.Contains("'greet' has 2 handlers", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a b")]
    public void A_type_that_is_missing_or_impossible_is_refused(string? type) =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddJobHandler<User>(type));

    [Fact]
    public void A_class_that_handles_nothing_or_two_things_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddJobHandler<Resource>("a"));
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddJobHandler<Both>("a"));
    }

    private sealed record Greeting
    {
        public required string Name { get; init; }
    }

    private sealed record Answer(string Text);

    [Job("greet")]
    private sealed class Greeter : IJobHandler<Greeting, Answer>
    {
        public Task<JobOutcome<Answer>> HandleAsync(Greeting payload, JobContext context, CancellationToken cancellationToken) =>
            Task.FromResult<JobOutcome<Answer>>(new Answer($"Hello, {payload.Name}"));
    }

    private sealed class Resource : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class User(Resource resource, List<Resource> used) : IJobHandler<object>
    {
        public Task<JobOutcome> HandleAsync(object payload, JobContext context, CancellationToken cancellationToken)
        {
            Assert.False(resource.IsDisposed);
            used.Add(resource);
            return Task.FromResult(JobOutcome.Succeeded);
        }
    }

    private sealed class Both : IJobHandler<string>, IJobHandler<int>
    {
        public Task<JobOutcome> HandleAsync(string payload, JobContext context, CancellationToken cancellationToken) => Task.FromResult(JobOutcome.Succeeded);

        public Task<JobOutcome> HandleAsync(int payload, JobContext context, CancellationToken cancellationToken) => Task.FromResult(JobOutcome.Succeeded);
    }
}
