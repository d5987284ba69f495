using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace JobService.Core.Schedules;

/// <summary>
/// A number that a name always gives, on any machine and in any version, and names that are alike do not: what <c>H</c> and jitter are made of.
/// </summary>
internal static class Spread
{
    /// <summary>Within [0, <paramref name="count"/>).</summary>
    public static long Of(string name, string purpose, long count)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{name}"));
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)count);
    }
}
