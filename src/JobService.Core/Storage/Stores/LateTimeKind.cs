namespace JobService.Core.Storage.Stores;

/// <summary>What is found by a time: see <c>late_times.kind</c>.</summary>
internal enum LateTimeKind : short
{
    Due = 1,
    Ended = 2,
}
