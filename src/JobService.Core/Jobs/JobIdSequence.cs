using System.Security.Cryptography;

namespace JobService.Core.Jobs;

/// <summary>
/// Makes job ids that grow within this process, also within a millisecond and when the clock steps back, so that new rows
/// land at the right end of every index on the id (RFC 9562 §6.2, method 1: a 12-bit counter after the milliseconds).
/// </summary>
public sealed class JobIdSequence(TimeProvider clock)
{
    private const int CounterBits = 12;
    private const int RandomBytes = 8;
    private const int RandomBlock = 64 * RandomBytes;

    /// <summary>An id further ahead than that came of a clock that was wrong, and would lead all others to a day that has no partition yet.</summary>
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(2);

    // Randomness comes by the block: asked for id by id it takes longer than all the rest of an id.
    [ThreadStatic]
    private static byte[]? block;
    [ThreadStatic]
    private static int left;

    // Milliseconds and counter as one number: adding one carries from the counter into the milliseconds.
    private long last;

    // The time and when it was that, by a timer: this machine's clock may be set while we run, to any year.
    private volatile Reading reading = new(clock.GetUtcNow(), clock.GetTimestamp());

    /// <summary>From now on ids are made by a clock that shows <paramref name="now"/>: the database's, whatever this machine's does.</summary>
    public void Follow(DateTimeOffset now)
    {
        reading = new Reading(now, clock.GetTimestamp());
        var seen = Volatile.Read(ref last);
        if (seen >> CounterBits > (now + FurthestAhead).ToUnixTimeMilliseconds())
            Interlocked.CompareExchange(ref last, 0, seen);
    }

    /// <summary>The next id. Safe to call from any thread.</summary>
    public JobId Next()
    {
        var from = reading;
        var now = (from.Time + clock.GetElapsedTime(from.Timestamp)).ToUnixTimeMilliseconds() << CounterBits;
        long seen, next;
        do
        {
            seen = Volatile.Read(ref last);
            next = Math.Max(now, seen + 1);
        }
        while (Interlocked.CompareExchange(ref last, next, seen) != seen);

        Span<byte> bytes = stackalloc byte[16];
        FillRandomly(bytes[^RandomBytes..]);
        var milliseconds = next >> CounterBits;
        for (var i = 5; i >= 0; i--, milliseconds >>= 8)
            bytes[i] = (byte)milliseconds;
        bytes[6] = (byte)(0x70 | ((next >> 8) & 0x0F));
        bytes[7] = (byte)next;
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new JobId(new Guid(bytes, bigEndian: true));
    }

    private static void FillRandomly(Span<byte> bytes)
    {
        block ??= new byte[RandomBlock];
        if (left == 0)
        {
            RandomNumberGenerator.Fill(block);
            left = RandomBlock;
        }

        block.AsSpan(left -= RandomBytes, RandomBytes).CopyTo(bytes);
    }

    private sealed record Reading(DateTimeOffset Time, long Timestamp);
}
