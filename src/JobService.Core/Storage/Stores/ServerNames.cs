using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// The names of the server that connections lead to. After a failover or a restore that may be a server which lost the last
/// commits of the one before, and with them numbers of names: so each new connection asks whom it met, and another server
/// is another table. A statement takes its numbers from the table only once its connection is open.
/// </summary>
internal sealed class ServerNames
{
    private static readonly string ReadServer = SqlText.Read("read_server");

    private readonly Lock gate = new();
    private (DateTime StartedAt, uint Database)? server;
    private volatile NameTable current = new();

    public NameTable Current => current;

    /// <summary>To be called for each new connection, before it is used.</summary>
    public void Meet(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(ReadServer, connection);
        using var reader = command.ExecuteReader();
        reader.Read();
        Met(reader);
    }

    /// <inheritdoc cref="Meet"/>
    public async Task MeetAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(ReadServer, connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        Met(reader);
    }

    private void Met(NpgsqlDataReader reader)
    {
        var met = (reader.GetDateTime(0), reader.GetFieldValue<uint>(1));
        lock (gate)
        {
            if (server is { } known && known != met)
                current = new NameTable();
            server = met;
        }
    }
}
