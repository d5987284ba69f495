namespace JobService.Core.Claiming;

/// <summary>Which of its queues a worker claims from first.</summary>
public enum QueueOrder
{
    /// <summary>Where several have jobs, each gets a share by its weight.</summary>
    Weighted,

    /// <summary>In the order in which they are given: one gets nothing while another before it has jobs.</summary>
    Strict,
}
