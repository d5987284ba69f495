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

    /// <summary>
    /// Class 42 and 3F000: a schema, table, column or function that this version needs isn't there or is another, so the database is not migrated
    /// to it. The statement did nothing. But 42501 is a lack of privileges, and 42601 a statement that is wrong on any schema.
    /// </summary>
    public static bool IsNotMigrated(DbException e) => e.SqlState is "3F000" or ['4', '2', ..] and not ("42501" or "42601");
}
