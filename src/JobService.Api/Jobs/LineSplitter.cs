using System.Buffers;

namespace JobService.Api.Jobs;

/// <summary>Cuts a stream into its lines as it arrives. What has come of a line is searched once, and a line that is too long is dropped as it comes.</summary>
internal sealed class LineSplitter(int maxLength)
{
    private long searched;
    private bool isDropping;

    /// <summary>Takes the next line off <paramref name="rest"/>; it is null where it was too long. False when more must arrive first, or nothing is left.</summary>
    public bool TryTake(ref ReadOnlySequence<byte> rest, bool isEnd, out byte[]? line)
    {
        line = null;
        var end = rest.Slice(searched).PositionOf((byte)'\n');
        if (end is null && !isEnd)
        {
            isDropping |= rest.Length > maxLength;
            if (isDropping)
                rest = rest.Slice(rest.End);
            searched = rest.Length;
            return false;
        }

        if (end is null && rest.IsEmpty && !isDropping)
            return false;

        var taken = end is { } at ? rest.Slice(0, at) : rest;
        rest = end is { } after ? rest.Slice(rest.GetPosition(1, after)) : rest.Slice(rest.End);
        if (!isDropping && taken.Length <= maxLength)
            line = taken.ToArray();
        (searched, isDropping) = (0, false);
        return true;
    }
}
