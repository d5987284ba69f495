using JobService.Api.Tests.Service;
using JobService.Core.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace JobService.Api.Tests.Jobs;

/// <summary>The service on a database that can be made to go away between a commit and the read after it.</summary>
public sealed class ApiServiceWithBrokenReads : ApiService
{
    private BrokenReads? reads;

    public BrokenReads Reads => reads ?? throw new InvalidOperationException("Nothing was read yet.");

    protected override void Replace(IServiceCollection services)
    {
        var own = services.Single(service => service.ServiceType == typeof(IJobQueries)).ImplementationType!;
        services.AddSingleton<IJobQueries>(provider => reads = new BrokenReads((IJobQueries)ActivatorUtilities.CreateInstance(provider, own)));
    }
}
