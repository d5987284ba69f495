namespace JobService.Core.Storage.Reading;

/// <summary>From where to where a search goes.</summary>
internal enum SearchOrder
{
    /// <summary>Downwards, as jobs are listed. Its place is the id above what is left.</summary>
    NewestFirst,

    /// <summary>Upwards, in the order in which jobs were made. Its place is the first id of what is left.</summary>
    OldestFirst,
}
