using JobService.Core.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace JobService.Storage.Tests;

public sealed class DatabaseAddressTests
{
    [Fact]
    public async Task A_connection_string_wins_over_a_url_and_a_url_over_variables()
    {
        (string, string?)[] all =
        [
            ("PGHOST", "variables"),
            ("DATABASE_URL", "postgres://u@url/d"),
            ("ConnectionStrings:JobService", "Host=string"),
        ];

        Assert.Equal("variables", (await ResolveAsync(all[..1])).Host);
        Assert.Equal("url", (await ResolveAsync(all[..2])).Host);
        Assert.Equal("string", (await ResolveAsync(all)).Host);
    }

    [Theory]
    [InlineData("postgres://me:p%40ss%3A@db.example:6543/jobs", "db.example", 6543, "jobs", "me", "p@ss:")]
    [InlineData("postgresql://me@db.example/jobs?connect_timeout=3", "db.example", 5432, "jobs", "me", null)]
    [InlineData("postgres://me:secret@[::1]:5433/jobs", "[::1]", 5433, "jobs", "me", "secret")]
    public async Task A_url_is_taken_apart(string url, string host, int port, string database, string user, string? password)
    {
        var address = await ResolveAsync(("DATABASE_URL", url));

        Assert.Equal((host, port, database, user, password), (address.Host, address.Port, address.Database, address.Username, address.Password));
    }

    [Theory]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    [InlineData("disable", SslMode.Disable)]
    public async Task The_ssl_mode_of_a_url_and_of_the_variables_counts(string mode, SslMode expected)
    {
        Assert.Equal(expected, (await ResolveAsync(("DATABASE_URL", $"postgres://u@h/d?sslmode={mode}"))).SslMode);
        Assert.Equal(expected, (await ResolveAsync(("PGHOST", "h"), ("PGSSLMODE", mode))).SslMode);
    }

    [Theory]
    [InlineData("mysql://u:secret@h/d")]
    [InlineData("h:5432")]
    [InlineData("postgres://u:secret@h/d?sslmode=maybe")]
    public async Task A_url_that_is_none_is_refused_without_showing_it(string url)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ResolveAsync(("DATABASE_URL", url)));

        Assert.Contains("DATABASE_URL", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_are_taken_as_libpq_takes_them()
    {
        var address = await ResolveAsync(("PGHOST", "h"), ("PGPORT", "6000"), ("PGUSER", "me"), ("PGPASSWORD", "p"), ("PGDATABASE", "d"));

        Assert.Equal(("h", 6000, "me", "p", "d"), (address.Host, address.Port, address.Username, address.Password, address.Database));
    }

    [Fact]
    public async Task A_port_that_is_none_is_refused_by_its_name()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ResolveAsync(("PGHOST", "h"), ("PGPORT", "70000")));

        Assert.Contains("PGPORT", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_Development_nothing_configured_is_refused_with_the_ways_to_configure()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ResolveAsync());

        Assert.Contains("ConnectionStrings__JobService", refused.Message, StringComparison.Ordinal);
        Assert.Contains("DATABASE_URL", refused.Message, StringComparison.Ordinal);
        Assert.Contains("PGHOST", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<NpgsqlConnectionStringBuilder> ResolveAsync(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.Ordinal))
            .Build();
        await using var address = await DatabaseAddress.ResolveAsync(
            configuration, isDevelopment: false, NullLogger.Instance, TestContext.Current.CancellationToken);
        return new NpgsqlConnectionStringBuilder(address.ConnectionString);
    }
}
