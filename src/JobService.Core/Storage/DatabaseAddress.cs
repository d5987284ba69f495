using System.Globalization;
using JobService.Core.Storage.Embedded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace JobService.Core.Storage;

/// <summary>
/// Where the database is, as this process resolved it: a configured connection always wins; Development without one starts a
/// private server, which stops when this is disposed of.
/// </summary>
public sealed class DatabaseAddress : IAsyncDisposable
{
    private readonly IAsyncDisposable? embedded;

    private DatabaseAddress(string connectionString, string source, IAsyncDisposable? embedded)
    {
        (ConnectionString, Source, this.embedded) = (connectionString, source, embedded);
    }

    public string ConnectionString { get; }

    /// <summary>Where the address came from, for people.</summary>
    public string Source { get; }

    /// <exception cref="InvalidOperationException">Nothing is configured where something must be, or the private server can't start; the message says what to do.</exception>
    public static async Task<DatabaseAddress> ResolveAsync(
        IConfiguration configuration, bool isDevelopment, ILogger log, CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString("JobService") is { Length: > 0 } configured)
            return Configured(configured, "ConnectionStrings:JobService", "Host=…;Database=…;Username=…;Password=…");
        if (configuration["DATABASE_URL"] is { Length: > 0 } url)
            return Configured(FromUrl(url), "DATABASE_URL", "postgres://user:password@host:port/database");
        if (configuration["PGHOST"] is { Length: > 0 } host)
            return Configured(FromEnvironment(configuration, host), "PGHOST and its like", "libpq has them: PGHOST a name or address, PGPORT a number");
        if (!isDevelopment || OperatingSystem.IsWindows())
        {
            throw new InvalidOperationException(
                "No database is configured. Set ConnectionStrings__JobService=\"Host=…;Database=…;Username=…;Password=…\", DATABASE_URL=postgres://user:password@host:port/database, or PGHOST with PGPORT, PGDATABASE, PGUSER, PGPASSWORD and PGSSLMODE.");
        }

        var options = configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new DatabaseOptions();
        var settings = new EmbeddedSettings { DataFolder = options.DataFolder ?? DefaultFolder(), BinariesFolder = options.PostgresBinaries };
        var server = await EmbeddedPostgres.StartAsync(settings, log, cancellationToken);
        return new DatabaseAddress(server.ConnectionString, $"private PostgreSQL in {settings.DataFolder}, port {server.Port}", server);
    }

    public ValueTask DisposeAsync() => embedded?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>What is configured, once Npgsql has read it. Its own words would show parts of what it can't read, and that may be a password.</summary>
    private static DatabaseAddress Configured(string connectionString, string source, string form) => IsReadable(connectionString)
        ? new DatabaseAddress(connectionString, source, embedded: null)
        : throw new InvalidOperationException($"{source} can't be read. Write it as {form}.");

    private static bool IsReadable(string connectionString)
    {
        try
        {
            using var pool = NpgsqlDataSource.Create(connectionString);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary><c>postgres://user:password@host:port/database?option=value</c>, as hosting platforms give it.</summary>
    private static string FromUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
            throw new InvalidOperationException("DATABASE_URL is not of the form postgres://user:password@host:port/database.");

        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.IsDefaultPort || uri.Port < 0 ? 5432 : uri.Port,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (option.Split('=', 2) is ["sslmode", var mode])
                builder.SslMode = SslModeOf(mode, "DATABASE_URL");
        }

        return builder.ConnectionString;
    }

    private static string FromEnvironment(IConfiguration configuration, string host)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Database = configuration["PGDATABASE"] ?? configuration["PGUSER"],
            Username = configuration["PGUSER"],
            Password = configuration["PGPASSWORD"],
        };
        if (configuration["PGPORT"] is { Length: > 0 } port)
        {
            builder.Port = ushort.TryParse(port, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number
                : throw new InvalidOperationException($"PGPORT is '{port}', which is no port.");
        }

        if (configuration["PGSSLMODE"] is { Length: > 0 } mode)
            builder.SslMode = SslModeOf(mode, "PGSSLMODE");
        return builder.ConnectionString;
    }

    private static SslMode SslModeOf(string text, string setting) =>
        Enum.TryParse<SslMode>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode) && Enum.IsDefined(mode)
            ? mode
            : throw new InvalidOperationException($"The sslmode '{text}' of {setting} is none of disable, allow, prefer, require, verify-ca and verify-full.");

    private static string DefaultFolder() => Environment.IsPrivilegedProcess
        ? "/var/lib/jobservice"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "jobservice");
}
