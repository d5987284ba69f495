namespace JobService.Core.Diagnostics;

/// <summary>Reads what the database was migrated to.</summary>
public interface ISchemaQueries
{
    /// <summary>Whether the last migration that this version knows is applied. So it is in the schema of a later version, which this one runs on as well.</summary>
    Task<bool> IsMigratedAsync(CancellationToken cancellationToken);
}
