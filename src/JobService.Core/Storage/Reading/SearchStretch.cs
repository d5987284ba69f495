using JobService.Core.Jobs;

namespace JobService.Core.Storage.Reading;

/// <summary>Days beside each other that are searched alike.</summary>
/// <param name="First">The first id.</param>
/// <param name="End">The id behind the last.</param>
/// <param name="IsIndexed">Whether all of them have search indexes, and the search can use them.</param>
internal readonly record struct SearchStretch(Guid First, Guid End, bool IsIndexed)
{
    /// <summary>A plan takes time by the day, so the newest days, where most pages end, are read apart: today, yesterday, and those made ahead.</summary>
    private const int FewestDays = 5;

    private const int MostDays = 32;

    public bool IsEmpty => First >= End;

    /// <summary>Where a search that is to go through it stands.</summary>
    public Guid PlaceOf(SearchOrder order) => order == SearchOrder.OldestFirst ? First : End;

    /// <summary>Where it stands once it has gone through it.</summary>
    public Guid LastPlaceOf(SearchOrder order) => order == SearchOrder.OldestFirst ? End : First;

    /// <summary>What is left of it for a search that stands at a place.</summary>
    public SearchStretch From(Guid place, SearchOrder order) =>
        order == SearchOrder.OldestFirst ? this with { First = Later(First, place) } : this with { End = Earlier(End, place) };

    /// <summary>The days that there are, the newest first, cut into stretches within these bounds.</summary>
    public static IReadOnlyList<SearchStretch> Of(IEnumerable<(DateOnly Day, bool IsIndexed)> days, Guid first, Guid end)
    {
        var stretches = new List<SearchStretch>();
        var (count, most) = (0, FewestDays);
        foreach (var (day, isIndexed) in days)
        {
            var start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
            var (from, to) = (Later(JobId.FirstAt(start).Value, first), Earlier(JobId.FirstAt(start.AddDays(1)).Value, end));
            if (from >= to)
                continue;
            if (stretches is [.., var last] && last.IsIndexed == isIndexed && count < most)
            {
                stretches[^1] = last with { First = from };
                count++;
            }
            else
            {
                if (count == most)
                    most = Math.Min(most * 2, MostDays);
                stretches.Add(new SearchStretch(from, to, isIndexed));
                count = 1;
            }
        }

        return stretches;
    }

    private static Guid Later(Guid a, Guid b) => a > b ? a : b;

    private static Guid Earlier(Guid a, Guid b) => a < b ? a : b;
}
