using JobService.Core.Queues;
using JobService.Core.Rates;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>Reads the columns that every statement about a queue returns first.</summary>
internal static class QueueRows
{
    /// <summary>How many they are.</summary>
    public const int Columns = 13;

    public static Queue Read(NpgsqlDataReader reader) => new()
    {
        Name = QueueName.Parse(reader.GetString(0)),
        CreatedAt = reader.Instant(1),
        UpdatedAt = reader.Instant(2),
        Settings = new QueueSettings
        {
            Weight = reader.GetInt32(3),
            Retention = reader.IsDBNull(4) ? null : TimeSpan.FromMilliseconds(reader.GetInt64(4)),
            MaxDepth = reader.IsDBNull(5) ? null : reader.GetInt32(5),
            MaxRunning = reader.IsDBNull(6) ? null : reader.GetInt32(6),
            Rate = reader.IsDBNull(7) ? null : new RateLimit(reader.GetInt32(7), TimeSpan.FromMicroseconds(reader.GetInt64(8)), reader.GetInt32(9)),
        },
        Pause = reader.InstantOrNull(10) is { } at ? new QueuePause(at, reader.TextOrNull(11), reader.TextOrNull(12)) : null,
    };
}
