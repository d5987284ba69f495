using Npgsql;

namespace JobService.Storage.Tests.Sql;

public sealed class StatementTests(TestStorage storage) : IClassFixture<TestStorage>
{
    public static TheoryData<string> Names => [.. SqlFile.All.Select(file => file.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_statement_is_prepared_with_the_types_of_its_header(string name)
    {
        var file = SqlFile.Of(name);
        await using var connection = await storage.Hot.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(file.Text, connection);
        foreach (var type in file.ParameterTypes)
            command.Parameters.Add(new NpgsqlParameter { DataTypeName = type });

        await command.PrepareAsync(TestContext.Current.CancellationToken);

        Assert.True(command.IsPrepared);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_header_tells_purpose_parameters_locks_and_rows(string name)
    {
        var file = SqlFile.Of(name);

        Assert.StartsWith($"{name}: ", file.Header, StringComparison.Ordinal);
        Assert.Equal(file.DeclaredNumbers.Order(), file.DeclaredNumbers);
        Assert.Equal(Enumerable.Range(1, file.DeclaredNumbers.Count), file.DeclaredNumbers);
        Assert.Equal(file.DeclaredNumbers, file.UsedNumbers);
        Assert.Equal(file.DeclaredNumbers.Count == 0, file.Header.Contains("no parameters", StringComparison.Ordinal));
        Assert.Matches(@"\block(s|ed)?\b|no transaction", file.Header);
        Assert.Matches(@"rows: \w+|no rows", file.Header);
    }

    /// <summary>The statistics of a queue are right as long as this holds.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_moves_jobs_notes_it_for_the_statistics(string name)
    {
        var body = SqlFile.Of(name).Body;
        var moves = new[] { "ready_jobs", "running_jobs", "scheduled_jobs" }.Any(table =>
            body.Contains($"INSERT INTO jobservice.{table} ", StringComparison.Ordinal) || body.Contains($"DELETE FROM jobservice.{table} ", StringComparison.Ordinal));

        // What a count finds was moved by others.
        Assert.Equal(moves || name is "count_queues", body.Contains("INSERT INTO jobservice.stat_deltas ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_file_is_one_statement_and_names_the_schema_of_each_table(string name)
    {
        var file = SqlFile.Of(name);

        Assert.DoesNotContain(';', file.Body);
        Assert.DoesNotMatch(@"\b(FROM|JOIN|INTO|UPDATE|USING)\s+(jobs|ready_jobs|running_jobs|scheduled_jobs|finished_jobs|attempts|job_events|workers|lanes|queues|job_types|schedules|schedule_runs|forgotten_runs|stat_deltas|stat_minutes|stat_folds|queue_depths)\b", file.Body.Replace("DISTINCT ON", "", StringComparison.Ordinal));
    }
}
