namespace JobService.TestKit;

/// <summary>How much a test proves: a part each time, all of it by hand.</summary>
public static class Proof
{
    /// <summary>Whether <c>JOBSERVICE_PROOF</c> is <c>full</c>: then a test of many cases takes all of them, which may be minutes.</summary>
    public static readonly bool IsFull = Environment.GetEnvironmentVariable("JOBSERVICE_PROOF") is "full";
}
