using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using JobService.Core.Keys;

namespace JobService.Core.Enqueueing;

/// <summary>Which request it is: the <c>Idempotency-Key</c> of a caller, and what came with it.</summary>
/// <param name="Hash">The key.</param>
/// <param name="Request">A hash of the whole request: the same key with another one is a mistake of the caller.</param>
public sealed record RequestKey(KeyHash Hash, ReadOnlyMemory<byte> Request)
{
    public static RequestKey Of(string? actor, string key, string method, string path, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var head = Encoding.UTF8.GetBytes($"{method} {path}");
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, head.Length);
        hash.AppendData(length);
        hash.AppendData(head);
        hash.AppendData(body);
        return new RequestKey(KeyHash.OfRequest(actor, key), hash.GetHashAndReset());
    }

    /// <summary>Whether this is the request that <paramref name="request"/> is the hash of.</summary>
    public bool Is(ReadOnlySpan<byte> request) => Request.Span.SequenceEqual(request);
}
