namespace JobService.Storage.Tests.Sql;

/// <summary>
/// Statements that the database has in functions of its own, for whoever enqueues in SQL, are those of the service; whoever changes one makes its function anew in a migration. And
/// searches in both directions are the same.
/// </summary>
public sealed class RepeatedStatementTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private const string Prefix = "run_";

    public static TheoryData<string> Names => ["enqueue_jobs", "enqueue_sequence_jobs", "read_depths", "read_key_holders", "edit_job", "cancel_job", "read_job_state"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_function_that_repeats_a_statement_repeats_it_word_for_word(string name) =>
        Assert.Contains(
            $"RETURN QUERY\n{SqlFile.Of(name).Body.TrimEnd()};",
            await storage.Database.QueryAsync<string>("SELECT prosrc FROM pg_proc WHERE pronamespace = 'jobservice'::regnamespace AND proname = $1", Prefix + name),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("search_jobs")]
    [InlineData("search_chosen_jobs")]
    public void A_search_upwards_is_the_one_downwards_with_each_order_turned_round(string name) =>
        Assert.Equal(
            string.Join("id ASC", SqlFile.Of(name).Body.Split("id DESC").Select(part => part.Replace("id ASC", "id DESC", StringComparison.Ordinal))),
            SqlFile.Of($"{name}_upwards").Body);

    [Fact]
    public async Task Each_of_them_is_compared() =>
        Assert.Equal(
            Names.Select(row => Prefix + row.Data).Order(StringComparer.Ordinal),
            (await storage.Database.QueryAsync<string[]>("SELECT array_agg(proname::text) FROM pg_proc WHERE pronamespace = 'jobservice'::regnamespace AND proname LIKE 'run\\_%'")).Order(StringComparer.Ordinal));

    /// <summary>What runs with the rights of another looks for names in no schema that its caller chooses.</summary>
    [Fact]
    public async Task What_runs_with_the_rights_of_the_service_fixes_its_search_path_and_is_granted_to_nobody() =>
        Assert.Equal(
            ["enqueue true false", "enqueue_job true false", "try_enqueue_job true false"],
            await storage.Database.QueryAsync<string[]>(
                """
                SELECT array_agg(concat_ws(' ', proname, coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)::text, ((aclexplode).grantee = 0)::text) ORDER BY proname)
                FROM (SELECT p.proname, p.proconfig, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) FROM pg_proc p
                      WHERE p.pronamespace = 'jobservice'::regnamespace AND p.prosecdef) f
                """));
}
