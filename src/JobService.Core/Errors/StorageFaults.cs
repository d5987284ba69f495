using System.Data.Common;

namespace JobService.Core.Errors;

/// <summary>What an error of the database says about the next try.</summary>
public static class StorageFaults
{
    /// <summary>
    /// Classes 22 (data), 23 (integrity) and 54 (a limit of PostgreSQL's): the statement did nothing, and the same again would fail again. All else
    /// may pass.
    /// </summary>
    public static bool IsFaultOfData(DbException e) => e.SqlState is ['2', '2' or '3', ..] or ['5', '4', ..];
}
