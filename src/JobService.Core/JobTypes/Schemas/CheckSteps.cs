namespace JobService.Core.JobTypes.Schemas;

/// <summary>How many steps all payloads of one request may take to be checked against the schemas of their types: 50,000,000, which is some seconds.</summary>
public sealed class CheckSteps
{
    private int left = 50_000_000;

    /// <summary>False when they have taken more than they may.</summary>
    public bool TrySpend(int steps)
    {
        if (left >= 0)
            left -= steps;
        return left >= 0;
    }
}
