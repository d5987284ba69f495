using System.Collections.Frozen;
using JobService.Core.BulkActions;

namespace JobService.Api.BulkActions;

/// <summary>Kinds and states of bulk actions as the API writes them.</summary>
internal static class BulkActionWords
{
    /// <summary>Each kind by its word.</summary>
    public static readonly FrozenDictionary<string, BulkActionKind> Kinds =
        Enum.GetValues<BulkActionKind>().ToFrozenDictionary(kind => kind.Word(), StringComparer.Ordinal);

    /// <summary>The words of states, in their order.</summary>
    public static readonly string[] States = [.. Enum.GetValues<BulkActionState>().Select(state => state.Word())];

    public static string Word(this BulkActionKind kind) => kind.ToString().ToLowerInvariant();

    public static string Word(this BulkActionState state) => state.ToString().ToLowerInvariant();
}
