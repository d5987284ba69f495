namespace JobService.Bench.Children;

/// <summary>The payload of every job that is measured: 200 bytes of JSON.</summary>
internal sealed record NoopPayload(long N, string Pad)
{
    /// <summary>As long as each peer's.</summary>
    public const int Length = 200;

    /// <summary>The <paramref name="n"/>th payload, as UTF-8.</summary>
    public static byte[] Bytes(long n)
    {
        var head = FormattableString.Invariant($$"""{"n":{{n}},"pad":""");
        return System.Text.Encoding.UTF8.GetBytes($"{head}\"{new string('x', Length - head.Length - 3)}\"}}");
    }
}
