using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace JobService.Storage.Tests.Sql;

/// <summary>What PostgreSQL did to run a statement: the nodes of its plan that were executed and read a table or an index.</summary>
internal sealed partial class QueryPlan
{
    private readonly List<Scan> scans = [];
    private readonly HashSet<string> nodeTypes = new(StringComparer.Ordinal);

    private QueryPlan(JsonElement root) => Collect(root);

    /// <summary>Every executed read of a table.</summary>
    public IReadOnlyList<Scan> Scans => scans;

    public IReadOnlySet<string> NodeTypes => nodeTypes;

    /// <summary>The indexes that were read, those of partitions by the name they have without their day.</summary>
    public IEnumerable<string> Indexes => scans.Select(scan => scan.Index).OfType<string>().Select(WithoutDay).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>The days whose partitions were read.</summary>
    public IEnumerable<string> Days => scans
        .Select(scan => Day().Match(scan.Index ?? scan.Table ?? "").Groups["day"].Value)
        .Where(day => day.Length > 0)
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal);

    /// <summary>Runs a prepared statement under a plan of the given mode, reads how it was run, and takes it back.</summary>
    /// <param name="database">The pool whose settings the plan is made under.</param>
    /// <param name="file">What is run.</param>
    /// <param name="planCacheMode"><c>force_generic_plan</c> or <c>force_custom_plan</c>.</param>
    /// <param name="arguments">The parameters as PostgreSQL writes them; null is NULL.</param>
    public static async Task<QueryPlan> OfAsync(NpgsqlDataSource database, SqlFile file, string planCacheMode, IReadOnlyList<string?> arguments)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var types = file.ParameterTypes;
        Assert.Equal(types.Count, arguments.Count);
        var values = arguments.Zip(types, (value, type) => $"{(value is null ? "NULL" : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'")}::{type}");

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync($"SET LOCAL plan_cache_mode = {planCacheMode}");
        await ExecuteAsync($"PREPARE pinned{Parenthesised(types)} AS\n{file.Text}");
        try
        {
            await using var explain = new NpgsqlCommand($"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE pinned{Parenthesised(values)}", connection, transaction);
            using var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync(cancellation))!);
            return new QueryPlan(plan.RootElement[0].GetProperty("Plan").Clone());
        }
        finally
        {
            await transaction.RollbackAsync(cancellation);
            await using var forget = new NpgsqlCommand("DEALLOCATE pinned", connection);
            await forget.ExecuteNonQueryAsync(cancellation);
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>The plan in <c>EXPLAIN (ANALYZE, FORMAT JSON)</c>'s answer.</summary>
    public static QueryPlan Parse(string json)
    {
        using var plan = JsonDocument.Parse(json);
        return new QueryPlan(plan.RootElement[0].GetProperty("Plan").Clone());
    }

    public static string WithoutDay(string name) => Day().Replace(name, "");

    private static string Parenthesised(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } list ? $"({list})" : "";

    private void Collect(JsonElement node)
    {
        if (node.GetProperty("Actual Loops").GetDouble() > 0)
        {
            var type = node.GetProperty("Node Type").GetString()!;
            nodeTypes.Add(type);
            if (type is "Seq Scan" or "Index Scan" or "Index Only Scan" or "Bitmap Index Scan" or "Tid Scan")
                scans.Add(new Scan(type, Text(node, "Relation Name"), Text(node, "Index Name"), Text(node, "Index Cond"), node.GetProperty("Actual Rows").GetDouble()));
        }

        if (node.TryGetProperty("Plans", out var children))
        {
            foreach (var child in children.EnumerateArray())
                Collect(child);
        }
    }

    private static string? Text(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString() : null;

    [GeneratedRegex(@"_(?<day>\d{8})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Day();

    /// <param name="Type">How it was read.</param>
    /// <param name="Table">What was read; null where only the index is named.</param>
    /// <param name="Index">By which index.</param>
    /// <param name="Condition">From where to where in it.</param>
    /// <param name="Rows">How many were taken each time.</param>
    internal sealed record Scan(string Type, string? Table, string? Index, string? Condition, double Rows);
}
