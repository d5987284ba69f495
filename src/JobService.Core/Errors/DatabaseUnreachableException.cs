using System.Data.Common;

namespace JobService.Core.Errors;

/// <summary>No connection to the database could be made, so nothing was sent to it, and nothing that was asked has been done.</summary>
public sealed class DatabaseUnreachableException(DbException cause) : DbException(cause.Message, cause)
{
    public override bool IsTransient => cause.IsTransient;

    public override string? SqlState => cause.SqlState;
}
