using JobService.Core.Signals;
using JobService.Core.Storage.Stores;
using Npgsql;

namespace JobService.Core.Storage.Signals;

/// <summary>Signals by LISTEN and NOTIFY. A pooler in transaction mode passes none of them on, and only latency is lost.</summary>
internal sealed class PostgresSignalLine(NpgsqlDataSource database) : ISignalLine
{
    private static readonly string Listen = SqlText.Read("listen");
    private static readonly string Notify = SqlText.Read("notify");

    // What this process says itself it need not hear.
    private readonly string sender = Guid.NewGuid().ToString("N");

    public async Task SendAsync(SignalKind signal, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Notify).With($"{sender} {signal}");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ListenAsync(Action<SignalKind> heard, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(PostgresDatabase.ForListening(database.ConnectionString));
        await connection.OpenAsync(cancellationToken);
        connection.Notification += (_, notification) =>
        {
            if (notification.Payload.Split(' ') is [var from, var word]
                && !string.Equals(from, sender, StringComparison.Ordinal)
                && Enum.TryParse<SignalKind>(word, out var signal))
            {
                heard(signal);
            }
        };

        await using (var command = new NpgsqlCommand(Listen, connection))
            await command.ExecuteNonQueryAsync(cancellationToken);
        while (true)
            await connection.WaitAsync(cancellationToken);
    }
}
