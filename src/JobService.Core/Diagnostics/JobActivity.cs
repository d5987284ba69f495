using System.Diagnostics;

namespace JobService.Core.Diagnostics;

/// <summary>The spans of this service.</summary>
public static class JobActivity
{
    private static readonly ActivitySource Source = new("JobService");

    /// <summary>
    /// The span of one attempt, in the trace of whoever enqueued the job. Where there is such a trace it is begun even if nobody
    /// records it here, so that what the handler calls goes on with it; otherwise it is null where nobody does.
    /// </summary>
    public static Activity? Start(string type, string? traceParent, string? traceState)
    {
        if (traceParent is null && !Source.HasListeners())
            return null;

        var name = $"{type} process";
        var activity = Source.StartActivity(name, ActivityKind.Consumer, traceParent);
        if (activity is null && ActivityContext.TryParse(traceParent, traceState, out var parent))
            activity = new Activity(name).SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags).Start();
        if (activity is not null)
            activity.TraceStateString = traceState;
        return activity;
    }
}
