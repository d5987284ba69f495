using JobService.Core.Storage;
using JobService.Core.Storage.Migrations;

namespace JobService.Api.Cli;

/// <summary>What the program does besides serving, when its first argument says so: for containers and deployments.</summary>
internal static class Verbs
{
    private static readonly TimeSpan HealthWithin = TimeSpan.FromSeconds(4);

    /// <summary>The exit code of <c>healthcheck</c> or <c>migrate</c>; null when the arguments name neither, and the service is to be started.</summary>
    public static async Task<int?> RunAsync(string[] args, IConfiguration configuration, ILogger log) => args switch
    {
        ["healthcheck", ..] => await HealthCheckAsync(configuration),
        ["migrate", ..] => await MigrateAsync(configuration, log),
        _ => null,
    };

    /// <summary>Asks the service of this machine whether it is ready.</summary>
    private static async Task<int> HealthCheckAsync(IConfiguration configuration)
    {
        var port = ListenUrls.Of(configuration)[0].Port;
        using var client = new HttpClient { Timeout = HealthWithin };
        try
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return 1;
        }
    }

    /// <summary>Brings the schema up to date, for deployments that do so before they start anything.</summary>
    private static async Task<int> MigrateAsync(IConfiguration configuration, ILogger log)
    {
        await using var database = await DatabaseAddress.ResolveAsync(configuration, isDevelopment: false, log, CancellationToken.None);
        await DatabaseMigrator.MigrateAsync(database.ConnectionString, TimeProvider.System, log, CancellationToken.None);
        return 0;
    }
}
