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

        await PrepareAsync(file, connection);
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
        var moves = new[] { "ready_jobs", "running_jobs", "scheduled_jobs", "blocked_jobs" }.Any(table =>
            body.Contains($"INSERT INTO jobservice.{table} ", StringComparison.Ordinal) || body.Contains($"DELETE FROM jobservice.{table} ", StringComparison.Ordinal));

        // What a count finds was moved by others.
        Assert.Equal(moves || name is "count_queues", body.Contains("INSERT INTO jobservice.stat_deltas ", StringComparison.Ordinal));
    }

    /// <summary>Nobody is left behind in a sequence as long as this holds.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_ends_a_job_notes_it_for_its_sequence(string name)
    {
        var body = SqlFile.Of(name).Body;
        var ends = body.Contains("INSERT INTO jobservice.finished_jobs ", StringComparison.Ordinal) || name is "delete_job";

        // What is blocked is nobody's head, and what is of no sequence neither; the others end the turn of one that has ended.
        var isOfNone = name is "complete_jobs" or "apply_transitions";
        Assert.Equal(isOfNone, body.Contains("AND (r.flags & 2) = 0", StringComparison.Ordinal));
        Assert.Equal((ends && !isOfNone && name is not "purge_blocked_jobs") || name is "pass_head" or "recover_sequences", body.Contains("INSERT INTO jobservice.sequence_ends ", StringComparison.Ordinal));
    }

    /// <summary>Jobs of sequences have statements of their own, so that others are spared what they need. Each line of the one is in the other, but for those that tell them apart.</summary>
    [Theory]
    [InlineData("enqueue_jobs", "enqueue_sequence_jobs", 7)]
    [InlineData("apply_transitions", "apply_sequence_transitions", 2)]
    public void A_statement_of_sequences_does_what_the_one_without_does(string name, string other, int differing)
    {
        var lines = Lines(other).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(differing, Lines(name).Count(line => !lines.Contains(line)));

        static IEnumerable<string> Lines(string name) => SqlFile.Of(name).Body.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_file_is_one_statement_and_names_the_schema_of_each_table(string name)
    {
        var file = SqlFile.Of(name);

        Assert.DoesNotContain(';', file.Body);
        Assert.DoesNotMatch(@"\b(FROM|JOIN|INTO|UPDATE|USING)\s+(jobs|ready_jobs|running_jobs|scheduled_jobs|finished_jobs|attempts|job_events|workers|lanes|queues|job_types|schedules|schedule_runs|forgotten_runs|job_keys|routes|routing_versions|job_type_settings|handler_schemas|limits|limit_keys|limit_holds|limit_lanes|claim_settings|bulk_actions|stat_deltas|stat_minutes|stat_folds|queue_depths|sequences|blocked_jobs|sequence_ends)\b", file.Body.Replace("DISTINCT ON", "", StringComparison.Ordinal));
    }

    /// <summary>A later version adds columns while the processes of this one run on, with what they have prepared: a statement must not return more than it did.</summary>
    [Fact]
    public async Task Prepared_statements_outlive_the_columns_that_a_later_version_adds()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var changed = await TestStorage.CreateAsync();
        await using var connection = await changed.Hot.OpenConnectionAsync(cancellation);
        foreach (var file in SqlFile.All)
            await PrepareAsync(file, connection);

        await changed.Database.ExecuteAsync(
            """
            DO $$
            DECLARE changed regclass;
            BEGIN
                FOR changed IN SELECT oid FROM pg_class WHERE relnamespace = 'jobservice'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition LOOP
                    EXECUTE format('ALTER TABLE %s ADD COLUMN added_later text', changed);
                END LOOP;
            END $$
            """);

        var outdated = new List<string>();
        foreach (var (file, prepared) in await PreparedAsync(connection))
        {
            // Planned as it would be to run it.
            await using var explain = new NpgsqlCommand($"EXPLAIN EXECUTE {prepared}{Arguments(file)}", connection);
            if (await Record.ExceptionAsync(() => explain.ExecuteNonQueryAsync(cancellation)) is { } e)
                outdated.Add($"{file.Name}: {e.Message}");
        }

        Assert.Empty(outdated);
    }

    private static async Task PrepareAsync(SqlFile file, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(file.Text, connection);
        foreach (var type in file.ParameterTypes)
            command.Parameters.Add(new NpgsqlParameter { DataTypeName = type });
        await command.PrepareAsync(TestContext.Current.CancellationToken);
        Assert.True(command.IsPrepared);
    }

    /// <summary>Every statement, by the name it is prepared under.</summary>
    private static async Task<IReadOnlyList<(SqlFile File, string Prepared)>> PreparedAsync(NpgsqlConnection connection)
    {
        var prepared = new List<(SqlFile, string)>();
        await using var command = new NpgsqlCommand("SELECT name, statement FROM pg_prepared_statements", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            prepared.Add((SqlFile.All.Single(file => string.Equals(file.Text, reader.GetString(1), StringComparison.Ordinal)), reader.GetString(0)));
        Assert.Equal(SqlFile.All.Count, prepared.Count);
        return prepared;
    }

    private static string Arguments(SqlFile file) => file.ParameterTypes.Count == 0 ? "" : $"({string.Join(", ", file.ParameterTypes.Select(_ => "NULL"))})";
}
