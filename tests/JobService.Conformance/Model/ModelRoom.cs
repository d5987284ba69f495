namespace JobService.Conformance.Model;

/// <summary>How many more jobs may be claimed: of each key, and of whatever else has room for so many.</summary>
/// <param name="placesOf">What a job takes room of.</param>
/// <param name="of">How much there is.</param>
internal sealed class ModelRoom(Func<ModelJob, IEnumerable<string>> placesOf, Func<string, int> of)
{
    private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);

    public bool Fits(ModelJob job) => placesOf(job).All(place => of(place) > taken.GetValueOrDefault(place));

    /// <summary>Takes the room that a job needs; false where there is none.</summary>
    public bool TryTake(ModelJob job)
    {
        if (!Fits(job))
            return false;
        foreach (var place in placesOf(job))
            taken[place] = taken.GetValueOrDefault(place) + 1;
        return true;
    }
}
