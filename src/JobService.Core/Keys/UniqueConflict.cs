namespace JobService.Core.Keys;

/// <summary>What becomes of a new job whose unique key is held. What a mode can't do to the holder any more, since it runs or has ended, becomes <see cref="Return"/>.</summary>
public enum UniqueConflict
{
    /// <summary>It is not enqueued: the answer is the holder.</summary>
    Return,

    /// <summary>It is refused.</summary>
    Reject,

    /// <summary>A holder that waits gets its payload, tags, queue, priority and time.</summary>
    Replace,

    /// <summary>A holder that has not started is put off by the new job's delay.</summary>
    Debounce,

    /// <summary>The holder is cancelled, or asked to stop where it runs, and the new job takes the key.</summary>
    Supersede,
}
