using System.Diagnostics.CodeAnalysis;
using JobService.Core.Jobs;

namespace JobService.Core.BulkActions;

/// <summary>The identity of a bulk action: a UUID of version 7, so that ids sort by the time of their making.</summary>
public readonly record struct BulkActionId(Guid Value)
{
    /// <summary>Reads the canonical form in either case; nothing else is an id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BulkActionId id)
    {
        var isId = JobId.TryParse(text, out var read);
        id = new BulkActionId(read.Value);
        return isId;
    }

    public override string ToString() => Value.ToString("D");
}
