using JobService.Api.Tests.Service;
using JobService.TestKit;

namespace JobService.Api.Tests.Health;

/// <summary>The service on a PostgreSQL that a test may stop.</summary>
public sealed class ApiServiceOnItsOwnServer : ApiService
{
    private PostgresServer? server;

    public PostgresServer Server => server ?? throw new InvalidOperationException("The server starts in InitializeAsync.");

    protected override string ConnectionString => Server.ConnectionString;

    public override async ValueTask InitializeAsync()
    {
        server = await PostgresServer.StartAsync(isDurable: true);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Server.DisposeAsync();
    }
}
