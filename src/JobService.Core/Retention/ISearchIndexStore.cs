namespace JobService.Core.Retention;

/// <summary>Gives days that nothing is made in any more the indexes that searches use. Today's has none of them: every enqueue would pay for it.</summary>
public interface ISearchIndexStore
{
    /// <summary>
    /// Builds the next index that is missing, of the newest day that lacks one; one process at a time does. It takes as long as it takes, and stands in nobody's way: whatever
    /// breaks it off, the next call begins that index anew.
    /// </summary>
    /// <param name="keep">How long jobs are kept: days that may go soon get none.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>Whether there is more to build.</returns>
    Task<bool> BuildNextAsync(TimeSpan keep, CancellationToken cancellationToken);
}
