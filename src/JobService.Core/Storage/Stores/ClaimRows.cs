using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>Makes claims of the rows that <c>claim_jobs.sql</c> and <c>read_claimed_bodies.sql</c> return.</summary>
internal static class ClaimRows
{
    private const int TooLate = 13;

    /// <summary>Why the job may not start any more; null when it may.</summary>
    public static string? TooLateFor(NpgsqlDataReader reader, int body) => reader.TextOrNull(body + TooLate);

    /// <summary>Reads the body whose columns begin at <paramref name="body"/>; false where a later version may have written what can't be read here.</summary>
    public static bool TryRead(in ClaimedRow row, NpgsqlDataReader reader, int body, NameTable names, [NotNullWhen(true)] out Claim? claim)
    {
        try
        {
            claim = new Claim
            {
                Id = new JobId(row.Id),
                Token = new LeaseToken(row.LeaseToken),
                Type = names.Type(row.TypeId),
                Queue = names.Queue(row.QueueId),
                ClaimedAt = row.StartedAt,
                Attempt = row.Attempt,
                Crashes = row.Crashes,
                CreatedAt = reader.Instant(body),
                RunAt = reader.Instant(body + 1),
                ExpiresAt = reader.InstantOrNull(body + 2),
                Deadline = reader.InstantOrNull(body + 3),
                Priority = new JobPriority(reader.GetInt16(body + 4)),
                AttemptsForgiven = reader.GetInt32(body + 5),
                Policies = StoredJson.ReadPolicies(reader.BytesOrNull(body + 6)),
                Tags = StoredJson.ReadTags(reader.TextOrNull(body + 7)),
                Metadata = reader.BytesOrNull(body + 8),
                Payload = reader.GetFieldValue<byte[]>(body + 9),
                TraceParent = reader.TextOrNull(body + 10),
                TraceState = reader.TextOrNull(body + 11),
                Schedule = StoredJson.ReadSchedule(reader.TextOrNull(body + 12)),
            };
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            claim = null;
            return false;
        }
    }
}
