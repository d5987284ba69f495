using JobService.Core.Queues;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>Reads the columns that every statement about a queue returns.</summary>
internal static class QueueRows
{
    public static Queue Read(NpgsqlDataReader reader) => new()
    {
        Name = QueueName.Parse(reader.GetString(0)),
        CreatedAt = reader.Instant(1),
        UpdatedAt = reader.Instant(2),
        Settings = new QueueSettings
        {
            Weight = reader.GetInt32(3),
            Retention = reader.IsDBNull(4) ? null : TimeSpan.FromMilliseconds(reader.GetInt64(4)),
        },
        Pause = reader.InstantOrNull(5) is { } at ? new QueuePause(at, reader.TextOrNull(6), reader.TextOrNull(7)) : null,
    };
}
