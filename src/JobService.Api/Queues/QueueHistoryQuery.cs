using System.Globalization;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Queues;
using JobService.Core.Timeouts;

namespace JobService.Api.Queues;

/// <summary>The query string of a history: from when, to when, and in which steps.</summary>
internal static class QueueHistoryQuery
{
    /// <summary>What there is to ask for.</summary>
    public static readonly string[] Names = ["from", "to", "step"];

    /// <summary>Reads it; what can't be read wins over what is out of range.</summary>
    public static Result<QueueHistoryWindow> Read(IQueryCollection query, DateTimeOffset now)
    {
        var malformed = query.Where(parameter => parameter.Value.Count > 1)
            .Select(parameter => new Fault(parameter.Key, "The parameter is given more than once.")).ToArray();
        if (malformed.Length > 0)
            return new Refusal.Malformed(malformed);

        var faults = new RequestFaults();
        var (from, to) = (faults.Time("from", One(query, "from")), faults.Time("to", One(query, "to")));
        var step = faults.Duration("step", One(query, "step") is { } text ? Duration(text) : null);
        return faults.Any ? faults.ToRefusal() : QueueHistoryWindow.Of(from, to, step, now);
    }

    private static JsonDuration Duration(string text)
    {
        var isSeconds = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds);
        return new JsonDuration((isSeconds ? DurationText.TryFromSeconds(seconds, out var duration) : DurationText.TryParse(text, out duration)) ? duration : null);
    }

    private static string? One(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values[0] ?? "" : null;
}
