using System.Data.Common;
using JobService.Core.Errors;

namespace JobService.Core.Enqueueing;

/// <summary>What the database says no to when jobs are enqueued, as an answer.</summary>
internal static class EnqueueRefusals
{
    /// <summary>SQLSTATE of a statement that gave up on whoever holds a lock, and did nothing.</summary>
    private const string LockNotAvailable = "55P03";

    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public static readonly Refusal NameInUse = new Refusal.InUse("A name in it, or its day, is used for the first time by a transaction that is still open; nothing was stored.", RetryAfter);

    public static Refusal Of(DbException e) => e switch
    {
        DatabaseUnreachableException => new Refusal.Unavailable("The database can't be reached; nothing was stored.", RetryAfter),
        _ when StorageFaults.IsNotMigrated(e) => new Refusal.Unavailable("The database is not migrated to this version of the service; nothing was stored.", RetryAfter),
        _ when IsOfHeldName(e) => NameInUse,
        _ when IsFaultOfData(e) => new Refusal.Invalid([new Fault(Pointer: "", $"The database can't store it: {e.Message}")]),
        _ => new Refusal.Unavailable("The connection to the database was lost; whether the job was stored is unknown.", RetryAfter),
    };

    /// <summary>Whether it is the fault of one of the jobs. 23514 is not: that is a day without a partition, which the next round of maintenance makes.</summary>
    public static bool IsFaultOfData(DbException e) => StorageFaults.IsFaultOfData(e) && e.SqlState is not "23514";

    /// <summary>Whether somebody holds a name that is new, or a day that is.</summary>
    public static bool IsOfHeldName(DbException e) => e.SqlState is LockNotAvailable;
}
