namespace JobService.Storage.Tests.Gates;

/// <summary>How much of one table was read, as PostgreSQL counts it.</summary>
/// <param name="Scans">Scans of the table from end to end.</param>
/// <param name="IndexScans">Scans of its indexes.</param>
/// <param name="IndexRows">Entries of its indexes that those scans saw, dead ones among them.</param>
/// <param name="Buffers">Pages of the table, its indexes and its sequence that were touched, in memory or not.</param>
internal readonly record struct TableReads(long Scans, long IndexScans, long IndexRows, long Buffers)
{
    public static TableReads operator -(TableReads after, TableReads before) => new(
        after.Scans - before.Scans, after.IndexScans - before.IndexScans, after.IndexRows - before.IndexRows, after.Buffers - before.Buffers);
}
