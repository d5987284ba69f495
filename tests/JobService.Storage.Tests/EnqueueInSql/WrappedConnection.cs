using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace JobService.Storage.Tests.EnqueueInSql;

/// <summary>A connection as profilers put one around that of a driver; nobody opens it.</summary>
internal sealed class WrappedConnection : DbConnection
{
    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => "";

    public override string DataSource => "";

    public override string ServerVersion => "";

    public override ConnectionState State => ConnectionState.Closed;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Close()
    {
    }

    public override void Open() => throw new NotSupportedException();

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => throw new NotSupportedException();
}
