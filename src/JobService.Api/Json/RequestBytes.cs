using Microsoft.AspNetCore.Http.Features;

namespace JobService.Api.Json;

/// <summary>Reads a body whole, and never more of it than allowed, whether or not its length was announced.</summary>
internal static class RequestBytes
{
    // Announcing a length is free, so memory follows what arrives.
    private const int FirstBuffer = 64 * 1024;
    private const int UnannouncedBuffer = 4 * 1024;

    /// <summary>The bytes; null when there are more than <paramref name="limit"/>.</summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
            return null;

        // The server's own limit is lower than ours may be, and counts the framing of chunks. Ours holds, to the byte, from here on.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            server.MaxRequestBodySize = null;

        // One byte more than announced, so that the read which finds the end needs no larger buffer.
        var buffer = new byte[Math.Min(request.ContentLength ?? UnannouncedBuffer, FirstBuffer) + 1];
        var length = 0;
        while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length > limit)
                return null;
            if (length == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min(2L * length, limit + 1));
        }

        Array.Resize(ref buffer, length);
        return buffer;
    }
}
