using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace JobService.Core.Jobs;

/// <summary>
/// The identity of a job: a UUID of version 7 (RFC 9562 §5.7), so ids sort by the millisecond of their making and the
/// daily partition that holds a job can be told from its id alone.
/// </summary>
public readonly record struct JobId(Guid Value)
{
    private const int CanonicalLength = 36;

    private static readonly SearchValues<char> CanonicalCharacters = SearchValues.Create("-0123456789ABCDEFabcdef");
    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The millisecond the id was made in, as its first 48 bits tell. They reach further than a calendar does, so at most its end.</summary>
    public DateTimeOffset MadeAt => DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(UnixMilliseconds(Value), LastMillisecond));

    /// <summary>Reads the canonical form, <c>xxxxxxxx-xxxx-7xxx-xxxx-xxxxxxxxxxxx</c>, in either case; nothing else is an id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out JobId id)
    {
        // On its own the parser also takes white space around it, and signs and 0x within.
        var isCanonical = text?.Length == CanonicalLength && !text.AsSpan().ContainsAnyExcept(CanonicalCharacters);
        var isUuid = Guid.TryParseExact(text, "D", out var value) && isCanonical;
        id = new JobId(value);
        return isUuid && value.Version == 7;
    }

    /// <summary>The smallest id that can be made at <paramref name="instant"/>: a bound for ranges of ids.</summary>
    public static JobId FirstAt(DateTimeOffset instant)
    {
        var milliseconds = Math.Max(0, instant.ToUnixTimeMilliseconds());
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        for (var i = 5; i >= 0; i--, milliseconds >>= 8)
            bytes[i] = (byte)milliseconds;
        return new JobId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>The id right behind it: a bound for ranges of ids.</summary>
    internal JobId Following
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            BinaryPrimitives.WriteUInt128BigEndian(bytes, BinaryPrimitives.ReadUInt128BigEndian(bytes) + 1);
            return new JobId(new Guid(bytes, bigEndian: true));
        }
    }

    public override string ToString() => Value.ToString("D");

    private static long UnixMilliseconds(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = 0;
        foreach (var b in bytes[..6])
            milliseconds = (milliseconds << 8) | b;
        return milliseconds;
    }
}
