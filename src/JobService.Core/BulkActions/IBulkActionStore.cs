using JobService.Core.Enqueueing;
using JobService.Core.Errors;

namespace JobService.Core.BulkActions;

/// <summary>Where bulk actions are asked for, shown and stopped. They are done by <see cref="IBulkStepStore"/>.</summary>
public interface IBulkActionStore
{
    /// <summary>Keeps what is to be done; from here on it is done, whoever dies.</summary>
    Task<BulkAction> CreateAsync(NewBulkAction action, CancellationToken cancellationToken);

    /// <summary>The same, once for a request, whose answer is kept in the same transaction.</summary>
    Task<Result<KeptAnswer>> CreateOnceAsync(NewBulkAction action, RequestKey request, Func<BulkAction, KeptAnswer> describe, CancellationToken cancellationToken);

    /// <summary>Null where there is none, or it was pruned.</summary>
    Task<BulkAction?> FindAsync(BulkActionId id, CancellationToken cancellationToken);

    /// <summary>Those asked for before <paramref name="before"/>, the newest first.</summary>
    Task<IReadOnlyList<BulkAction>> ListAsync(BulkActionId? before, int limit, CancellationToken cancellationToken);

    /// <summary>Stops it behind the step that is under way. One that was aborted before stays so; one that came to another end refuses.</summary>
    Task<Result<BulkAction>> AbortAsync(BulkActionId id, string? actor, CancellationToken cancellationToken);
}
