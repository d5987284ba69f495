using JobService.Core.Sequences;

namespace JobService.Api.Sequences;

/// <summary>A sequence that has jobs.</summary>
internal sealed record SequenceResponse
{
    /// <example>order-42</example>
    public required string Key { get; init; }

    /// <summary>The job whose turn it is; null where none is left.</summary>
    public required SequenceHeadResponse? Head { get; init; }

    /// <summary>Since when the failure of its head holds up the others; null while it does not.</summary>
    public required DateTimeOffset? HeldAt { get; init; }

    /// <summary>How many jobs it has, its head and those that wait behind it, counted up to 10,000.</summary>
    /// <example>3</example>
    public required int Length { get; init; }

    /// <summary>The first ten of those that wait behind its head, in their order.</summary>
    public required IReadOnlyList<string> Next { get; init; }

    public static SequenceResponse From(Sequence sequence) => new()
    {
        Key = sequence.Key.Text,
        Head = new SequenceHeadResponse { Id = sequence.Head.ToString(), State = sequence.HeadState },
        HeldAt = sequence.HeldAt,
        Length = sequence.Length,
        Next = [.. sequence.Next.Select(id => id.ToString())],
    };

    /// <summary>One that has no jobs any more.</summary>
    public static SequenceResponse Empty(SequenceKey key) => new() { Key = key.Text, Head = null, HeldAt = null, Length = 0, Next = [] };
}
