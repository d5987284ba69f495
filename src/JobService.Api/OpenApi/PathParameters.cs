namespace JobService.Api.OpenApi;

/// <summary>What a parameter of a path is, by the resource whose path it is: a queue has a name, and so has a schedule.</summary>
internal static class PathParameters
{
    private const string Id = "0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f";

    private static readonly string[] Names = ["id", "name", "key", "type", "slug"];

    /// <summary>A description and an example; null of one that is not known. Swagger fills the example in, so what changes a queue is not shown for the one that everybody uses.</summary>
    /// <param name="path">A template, such as <c>api/v1/queues/{name}</c>.</param>
    /// <param name="name">Of the parameter.</param>
    /// <param name="isReading">Whether the call changes nothing.</param>
    public static (string Description, string Example)? Of(string path, string name, bool isReading) => (Resource(path), name) switch
    {
        ("bulk-actions", "id") => ("The id of the bulk action.", Id),
        ("job-types", "type") => ("The job type.", "payment.capture"),
        ("jobs", "id") => ("The id of the job.", Id),
        ("limits", "key") => ("The key of the limit, such as `tenant:42`, `queue:low` or `type:email.send`; or the beginning of keys and a star, such as `tenant:*`.", "tenant:*"),
        ("problems", "slug") => ("The last part of the `type` of the problem.", "wrong-state"),
        ("queues", "name") => ("The name of the queue.", isReading ? "default" : "low"),
        ("schedules", "name") => ("The name of the schedule.", "report.daily"),
        ("sequences", "key") => ("The key of the sequence.", "order-42"),
        _ => null,
    };

    /// <summary>A path with its parameters as they are shown.</summary>
    public static string Example(string path, bool isReading)
    {
        foreach (var name in Names)
        {
            if (Of(path, name, isReading) is { } shown)
                path = path.Replace($"{{{name}}}", shown.Example, StringComparison.Ordinal);
        }

        return "/" + path.TrimEnd('/');
    }

    private static string Resource(string path) => path.Split('/') is ["api", "v1", var resource, ..] ? resource : path.Split('/')[0];
}
