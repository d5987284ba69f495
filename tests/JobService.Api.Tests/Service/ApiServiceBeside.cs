namespace JobService.Api.Tests.Service;

/// <summary>Another process of the service on the database of one that runs.</summary>
public sealed class ApiServiceBeside(ApiService other) : ApiService
{
    protected override string ConnectionString => other.Database.ConnectionString;
}
