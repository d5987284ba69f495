using JobService.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace JobService.Api.Tests.Service;

/// <summary>The service as its <c>Program</c> starts it, on a real Kestrel and a database of its own, with a worker in it.</summary>
public class ApiService : IAsyncLifetime
{
    private TestDatabase? database;
    private Factory? factory;

    public TestDatabase Database => database ?? throw new InvalidOperationException("The service starts in InitializeAsync.");

    /// <summary>Speaks to the service over a socket.</summary>
    public HttpClient Client { get; private set; } = null!;

    public Uri Address => Client.BaseAddress!;

    /// <summary>Tells the service to stop, as SIGTERM does.</summary>
    public void Stop() => factory!.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

    /// <summary>The database the service is told of.</summary>
    protected virtual string ConnectionString => Database.ConnectionString;

    /// <summary>What a class of tests configures differently.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal);

    public virtual async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        await PrepareAsync();
        factory = new Factory(Replace, new Dictionary<string, string>(Settings, StringComparer.Ordinal)
        {
            ["ConnectionStrings:JobService"] = ConnectionString,
            ["urls"] = "http://127.0.0.1:0",
            ["Serilog:MinimumLevel:Default"] = "Fatal",
        });
        factory.UseKestrel(0);
        factory.StartServer();
        var address = factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
    }

    public virtual async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await factory!.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a class of tests does to the database before the service starts.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>What a class of tests puts in place of the service's own.</summary>
    protected virtual void Replace(IServiceCollection services)
    {
    }

    private sealed class Factory(Action<IServiceCollection> replace, Dictionary<string, string> settings) : WebApplicationFactory<ApiOptions>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.ConfigureTestServices(replace);
            foreach (var (key, value) in settings)
                builder.UseSetting(key, value);
        }
    }
}
