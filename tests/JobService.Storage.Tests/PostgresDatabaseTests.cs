namespace JobService.Storage.Tests;

public sealed class PostgresDatabaseTests(TestStorage storage) : IClassFixture<TestStorage>
{
    [Theory]
    [InlineData("enable_seqscan", "off")]
    [InlineData("enable_hashjoin", "off")]
    [InlineData("enable_mergejoin", "off")]
    [InlineData("jit", "off")]
    [InlineData("plan_cache_mode", "force_generic_plan")]
    [InlineData("default_transaction_isolation", "read committed")]
    public async Task Hot_connections_have_their_hints_and_keep_them_when_they_go_back_to_the_pool(string setting, string expected)
    {
        for (var use = 0; use < 2; use++)
        {
            await using var connection = await storage.Hot.OpenConnectionAsync(TestContext.Current.CancellationToken);
            await using var show = connection.CreateCommand();
            show.CommandText = $"SHOW {setting}";
            Assert.Equal(expected, await show.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
    }
}
