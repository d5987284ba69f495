using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace JobService.Core.Keys;

/// <summary>
/// What a key is stored as: the first 16 bytes of a SHA-256 over what it is a key of and its parts, each after its length, so that no two keys of
/// different kinds or parts are one.
/// </summary>
public readonly record struct KeyHash(Guid Value)
{
    private const int Length = 16;

    /// <summary>The key that a caller names: one for all types.</summary>
    public static KeyHash OfUnique(string key) => Of("unique key", Encoding.UTF8.GetBytes(key));

    /// <summary>The key of a type and values of its payload.</summary>
    /// <param name="type">The type.</param>
    /// <param name="values">Where each value stands, and its canonical form.</param>
    public static KeyHash OfValues(string type, IEnumerable<(string Pointer, byte[] Value)> values) =>
        Of("unique values", [Encoding.UTF8.GetBytes(type), .. values.SelectMany(value => new[] { Encoding.UTF8.GetBytes(value.Pointer), value.Value })]);

    /// <summary>The <c>Idempotency-Key</c> of a caller.</summary>
    /// <param name="actor">Who calls; null for a developer on this machine.</param>
    /// <param name="key">As the caller sent it.</param>
    public static KeyHash OfRequest(string? actor, string key) =>
        Of("request", Encoding.UTF8.GetBytes(actor is null ? "" : "by " + actor), Encoding.UTF8.GetBytes(key));

    private static KeyHash Of(string kind, params IEnumerable<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts.Prepend(Encoding.ASCII.GetBytes(kind)))
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(part);
        }

        return new KeyHash(new Guid(hash.GetHashAndReset().AsSpan(0, Length), bigEndian: true));
    }
}
