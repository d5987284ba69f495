namespace JobService.Worker.Execution;

/// <summary>Sees to it that handlers find threads.</summary>
internal static class HandlerThreads
{
    /// <summary>A thread costs memory once it is used; beyond so many at once a processor gains nothing by one more.</summary>
    public const int Most = 256;

    /// <summary>
    /// The pool starts with a thread a processor and adds one or two a second when all are taken. Handlers that block theirs, as many do, would
    /// delay their neighbours by seconds, and with them whatever else runs in the process. So each slot may have a thread at once.
    /// </summary>
    public static void Reserve(int slots)
    {
        ThreadPool.GetMinThreads(out var workers, out var completionPorts);
        ThreadPool.SetMinThreads(Math.Max(workers, Math.Min(slots, Most) + Environment.ProcessorCount), completionPorts);
    }
}
