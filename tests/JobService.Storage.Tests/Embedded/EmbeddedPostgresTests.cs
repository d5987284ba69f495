using System.Diagnostics;
using JobService.Core.Storage.Embedded;
using JobService.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace JobService.Storage.Tests.Embedded;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly TestFolder other = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        folder.Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task A_fresh_folder_gets_a_server_that_keeps_its_rows_over_a_stop()
    {
        await using (var first = await StartAsync(folder))
        {
            Assert.False(first.IsAdopted);
            await RunAsync(first, "CREATE TABLE kept (id int)");
        }

        Assert.Null(await RunningAsync(folder));
        await using var second = await StartAsync(folder);
        Assert.False(second.IsAdopted);
        await RunAsync(second, "SELECT * FROM kept");
    }

    [Fact]
    public async Task A_server_answers_on_loopback_only_asks_for_the_password_and_writes_through()
    {
        await using var server = await EmbeddedPostgres.StartAsync(PostgresServer.Settings(folder.Path, isDurable: true), NullLogger.Instance, Cancel);

        Assert.Equal("127.0.0.1", await RunAsync(server, "SHOW listen_addresses"));
        Assert.Equal("", await RunAsync(server, "SHOW unix_socket_directories"));
        Assert.Equal("on", await RunAsync(server, "SHOW fsync"));
        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "wrong", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Cancel));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Path, "password")));
    }

    [Fact]
    public async Task A_server_that_a_killed_service_left_is_adopted_and_stopped_with_the_adopter()
    {
        await LeaveServerAsync(folder);
        var left = await RunningAsync(folder);
        Assert.NotNull(left);

        await using (var adopter = await StartAsync(folder))
        {
            Assert.True(adopter.IsAdopted);
            Assert.Equal(left.Port, adopter.Port);
            await RunAsync(adopter, "SELECT 1");
        }

        Assert.Null(await RunningAsync(folder));
    }

    [Fact]
    public async Task Services_that_start_together_on_a_fresh_folder_share_one_server_until_the_last_leaves()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartAsync(folder)));

        Assert.Single(services, service => !service.IsAdopted);
        Assert.Single(services.Select(service => service.ConnectionString).Distinct());
        await services.Single(service => !service.IsAdopted).DisposeAsync();
        foreach (var service in services.Where(service => service.IsAdopted))
        {
            await RunAsync(service, "SELECT 1");
            await service.DisposeAsync();
        }

        Assert.Null(await RunningAsync(folder));
    }

    [Fact]
    public async Task Two_folders_have_two_servers()
    {
        await using var first = await StartAsync(folder);
        await using var second = await StartAsync(other);

        Assert.NotEqual(first.Port, second.Port);
        await RunAsync(first, "CREATE TABLE only_here (id int)");
        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(second, "SELECT * FROM only_here"));
    }

    [Fact]
    public async Task A_crashed_server_whose_number_another_process_has_now_is_started_again()
    {
        await using var bystander = await StartAsync(other);
        await using (var server = await StartAsync(folder))
            await server.StopAsync("immediate", Cancel);
        var another = await RunningAsync(other);
        await File.WriteAllTextAsync(
            ServerProcess.PidFile(new ClusterFolder(folder.Path).Cluster), $"{another!.Id}\n{folder.Path}/cluster\n1700000000\n5999\n\n127.0.0.1\n", Cancel);

        await using var again = await StartAsync(folder);

        Assert.False(again.IsAdopted);
        await RunAsync(again, "SELECT 1");
        await RunAsync(bystander, "SELECT 1");
    }

    [Fact]
    public async Task A_server_that_does_not_say_where_it_works_is_not_taken_for_dead()
    {
        if (ServerCommand.User is null)
            Assert.Skip("Only root can start a process that the server's user may not look into.");
        var cluster = Directory.CreateDirectory(folder.Path).FullName;
        var postgres = Path.Combine(folder.Path, "postgres");
        var another = Path.Combine(folder.Path, "another");
        File.Copy("/bin/sleep", postgres);
        File.Copy("/bin/sleep", another);
        Assert.True(await IsLeftoverOfAsync(another));
        Assert.False(await IsLeftoverOfAsync(postgres));
        Assert.True(await ServerProcess.IsLeftoverAsync(cluster, Cancel));

        async Task<bool> IsLeftoverOfAsync(string program)
        {
            using var running = Process.Start(program, "1000");
            try
            {
                await File.WriteAllTextAsync(ServerProcess.PidFile(cluster), $"{running.Id}\n{cluster}\n1700000000\n5999\n\n127.0.0.1\n", Cancel);
                return await ServerProcess.IsLeftoverAsync(cluster, Cancel);
            }
            finally
            {
                running.Kill();
                await running.WaitForExitAsync(Cancel);
            }
        }
    }

    [Fact]
    public async Task What_a_killed_first_start_left_is_cleared_away()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "cluster.new", "made", "base"));

        await using var server = await StartAsync(folder);

        Assert.False(Directory.Exists(Path.Combine(folder.Path, "cluster.new")));
    }

    [Fact]
    public async Task A_crashed_server_comes_back_on_its_port()
    {
        await using var server = await StartAsync(folder);
        var port = server.Port;

        await server.StopAsync("immediate", Cancel);
        await server.StartAgainAsync(Cancel);

        Assert.Equal(port, server.Port);
        await RunAsync(server, "SELECT 1");
    }

    [Fact]
    public async Task A_folder_of_another_major_version_is_refused_by_name()
    {
        var cluster = new ClusterFolder(folder.Path).Cluster;
        Directory.CreateDirectory(cluster);
        await File.WriteAllTextAsync(Path.Combine(cluster, "PG_VERSION"), "9\n", Cancel);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(folder));

        Assert.Contains(" 9", refused.Message, StringComparison.Ordinal);
        Assert.Contains("made the data folder", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_folder_without_programs_is_refused_by_its_key()
    {
        var settings = new EmbeddedSettings { DataFolder = folder.Path, BinariesFolder = "/usr/share" };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => EmbeddedPostgres.StartAsync(settings, NullLogger.Instance, Cancel));

        Assert.Contains("JobService:Database:PostgresBinaries", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_PostgreSQL_refuses_is_told_in_its_own_words()
    {
        await using (await StartAsync(folder))
        {
        }

        await File.AppendAllTextAsync(Path.Combine(new ClusterFolder(folder.Path).Cluster, "postgresql.conf"), "work_mem = 'lots'\n", Cancel);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(folder));

        Assert.Contains("work_mem", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_others_may_not_pass_works_or_the_error_names_the_setting()
    {
        Directory.CreateDirectory(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using (await StartAsync(folder))
        {
        }

        Directory.CreateDirectory(other.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var below = PostgresServer.Settings(Path.Combine(other.Path, "below"));
        if (ServerCommand.User is null)
        {
            await using var ours = await EmbeddedPostgres.StartAsync(below, NullLogger.Instance, Cancel);
            return;
        }

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => EmbeddedPostgres.StartAsync(below, NullLogger.Instance, Cancel));
        Assert.Contains("JobService__Database__DataFolder", refused.Message, StringComparison.Ordinal);
    }

    private static Task<EmbeddedPostgres> StartAsync(TestFolder folder) =>
        EmbeddedPostgres.StartAsync(PostgresServer.Settings(folder.Path), NullLogger.Instance, Cancel);

    private static Task<ServerProcess?> RunningAsync(TestFolder folder) => ServerProcess.FindAsync(new ClusterFolder(folder.Path).Cluster, Cancel);

    /// <summary>What a killed service leaves: a server that nobody holds a lock for.</summary>
    private static async Task LeaveServerAsync(TestFolder folder)
    {
        var made = await StartAsync(folder);
        await made.DisposeAsync();
        await made.StartAgainAsync(Cancel);
    }

    private static async Task<object?> RunAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
