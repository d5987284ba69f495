using JobService.Core;
using JobService.Core.Storage;
using JobService.Worker.Handlers.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Tests;

public sealed class OptionTests
{
    [Theory]
    [InlineData("JobService:Database:MaxConnections", "0")]
    [InlineData("JobService:Enqueue:MaxWaiting", "0")]
    [InlineData("JobService:Enqueue:MaxBatch", "10001")]
    [InlineData("JobService:Enqueue:Flushers", "9")]
    [InlineData("JobService:Handlers:MaxResultBytes", "0")]
    [InlineData("JobService:HttpRequests:MaxResponseBytes", "-1")]
    [InlineData("JobService:HttpRequests:Secret", "whsec_no")]
    [InlineData("JobService:HttpRequests:Timeout", "00:00:00")]
    [InlineData("JobService:HttpRequests:Timeout", "7.00:00:01")]
    [InlineData("JobService:Retention:Keep", "00:59:59")]
    [InlineData("JobService:Retention:Keep", "3650.00:00:01")]
    [InlineData("JobService:Worker:Slots", "0")]
    [InlineData("JobService:Worker:MaxStuck", "-1")]
    [InlineData("JobService:Worker:Queues:0", "High")]
    [InlineData("JobService:Worker:Queues:0", "")]
    [InlineData("JobService:Worker:Queues:0:Weight", "0")]
    [InlineData("JobService:Worker:Queues:0:Weight", "1001")]
    [InlineData("JobService:Worker:Queues:0:Slots", "0")]
    [InlineData("JobService:Worker:QueueOrder", "7")]
    [InlineData("JobService:Worker:DrainGrace", "-00:00:01")]
    [InlineData("JobService:Worker:DrainGrace", "60.00:00:00")]
    public void A_value_that_is_out_of_range_ends_the_start_with_a_sentence_that_names_its_key(string key, string value)
    {
        using var services = With(key, value);

        var refused = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains($"{key} must be", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JobService:Database:MaxConections")]
    [InlineData("JobService:Enqueue:Flusher")]
    [InlineData("JobService:Handlers:MaxResult")]
    [InlineData("JobService:HttpRequests:TimeOuts")]
    [InlineData("JobService:Retention:Keeps")]
    [InlineData("JobService:Worker:Slot")]
    [InlineData("JobService:Worker:Queues:0:Wieght")]
    public void A_key_that_is_misspelt_ends_the_start_with_a_sentence_that_names_it(string key)
    {
        using var services = With(key, "1");

        var refused = Assert.Throws<InvalidOperationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains($"'{key.Split(':')[^1]}'", $"{refused}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_that_is_declared_wrongly_ends_the_start()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("JobService:Schedules:nightly:Cron", "61 * * * *")]).Build();
        using var services = new ServiceCollection().AddJobServiceWorker(configuration).BuildServiceProvider();

        var refused = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains("JobService:Schedules:nightly:Cron: ", refused.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider With(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddJobServiceStorage(_ => "")
            .AddJobServiceCore(configuration)
            .AddHttpRequestHandler(configuration)
            .AddJobServiceWorker(configuration)
            .BuildServiceProvider();
    }
}
