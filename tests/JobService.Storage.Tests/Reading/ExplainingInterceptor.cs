using System.Data.Common;
using JobService.Storage.Tests.Sql;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace JobService.Storage.Tests.Reading;

/// <summary>Explains each statement that EF Core is about to run, with its parameters and on its own kind of connection.</summary>
internal sealed class ExplainingInterceptor : DbCommandInterceptor
{
    public List<QueryPlan> Plans { get; } = [];

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await using var explain = new NpgsqlCommand($"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {command.CommandText}", (NpgsqlConnection)command.Connection!);
        foreach (NpgsqlParameter parameter in command.Parameters)
            explain.Parameters.Add(parameter.Clone());
        Plans.Add(QueryPlan.Parse((string)(await explain.ExecuteScalarAsync(cancellationToken))!));
        return result;
    }
}
