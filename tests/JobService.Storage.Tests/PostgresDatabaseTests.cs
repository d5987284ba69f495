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
    public async Task Hot_connections_have_their_hints(string setting, string expected)
    {
        await using var show = storage.Hot.CreateCommand($"SHOW {setting}");

        Assert.Equal(expected, await show.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
