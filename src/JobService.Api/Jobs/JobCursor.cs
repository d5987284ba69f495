using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>
/// From where a list goes on: the id of the last job of a page, or where the search stood when its time was over; and a hash of the filter, so that a cursor that strays into another query is refused and not
/// answered with a page of something else. To a caller it is only text.
/// </summary>
internal static class JobCursor
{
    private const int IdLength = 16;
    private const int HashLength = 8;

    public static string Write(JobId next, JobFilter filter)
    {
        Span<byte> bytes = stackalloc byte[IdLength + HashLength];
        next.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        Hash(filter, bytes[IdLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryRead(string text, JobFilter filter, out JobId next)
    {
        next = default;
        Span<byte> bytes = stackalloc byte[IdLength + HashLength];
        if (text.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length != bytes.Length)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[HashLength];
        Hash(filter, hash);
        next = new JobId(new Guid(bytes[..IdLength], bigEndian: true));
        return hash.SequenceEqual(bytes[IdLength..]);
    }

    private static void Hash(JobFilter filter, Span<byte> hash)
    {
        // NUL is in no parameter, so it parts them without doubt.
        var text = new StringBuilder();
        foreach (var state in filter.States.Order())
            text.Append(CultureInfo.InvariantCulture, $"{(int)state},");
        text.Append('\0').Append(filter.TypeGlob).Append('\0').Append(filter.Queue?.Name).Append('\0').Append(filter.Worker).Append('\0').Append(filter.Schedule)
            .Append('\0').Append(CultureInfo.InvariantCulture, $"{filter.CreatedFrom?.UtcTicks}")
            .Append('\0').Append(CultureInfo.InvariantCulture, $"{filter.CreatedTo?.UtcTicks}");
        foreach (var (key, value) in filter.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
            text.Append('\0').Append(key).Append(':').Append(value);

        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()), whole);
        whole[..HashLength].CopyTo(hash);
    }
}
