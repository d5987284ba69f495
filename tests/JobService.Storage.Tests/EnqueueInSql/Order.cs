namespace JobService.Storage.Tests.EnqueueInSql;

/// <summary>What a user stores together with a job.</summary>
internal sealed class Order
{
    public int Id { get; init; }

    public required string Article { get; init; }
}
