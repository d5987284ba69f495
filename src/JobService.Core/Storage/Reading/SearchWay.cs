namespace JobService.Core.Storage.Reading;

/// <summary>By what a search comes to jobs. The numbers are those of <c>search_chosen_jobs.sql</c>.</summary>
internal enum SearchWay
{
    /// <summary>All of them, one after the other.</summary>
    All = 0,

    /// <summary>By the index of an indexed day.</summary>
    Type = 1,

    /// <inheritdoc cref="Type"/>
    Queue = 2,

    /// <summary>By the places of states, none of them succeeded, of which there is no such place.</summary>
    State = 3,

    /// <summary>By the runs of a schedule.</summary>
    Schedule = 4,

    /// <summary>By the index of an indexed day: all at once, since it has no order.</summary>
    Tags = 5,
}
