using System.Globalization;
using System.Numerics;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>What <c>GET /jobs</c> asks for: which jobs, how many, and after which one.</summary>
internal sealed record JobListParameters
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary>What there is to ask for.</summary>
    public static readonly string[] Names = ["state", "type", "queue", "tag", "worker", "schedule", "createdFrom", "createdTo", "limit", "cursor"];

    public required JobFilter Filter { get; init; }

    public required int Limit { get; init; }

    /// <summary>The last job of the page before; null for the first page.</summary>
    public required JobId? Before { get; init; }

    /// <summary>Reads a query string. What can't be read wins over what is out of range.</summary>
    public static Result<JobListParameters> Parse(IQueryCollection query)
    {
        if (Malformed(query) is { Count: > 0 } malformed)
            return new Refusal.Malformed(malformed);

        var faults = new RequestFaults();
        var filter = JobFilterRules.Read(
            new JobFilterWords
            {
                State = One(query, "state"),
                Type = One(query, "type"),
                Queue = One(query, "queue"),
                Tags = [.. query["tag"]],
                Worker = One(query, "worker"),
                Schedule = One(query, "schedule"),
                CreatedFrom = One(query, "createdFrom"),
                CreatedTo = One(query, "createdTo"),
            },
            at: "",
            faults);
        var limit = faults.Number<BigInteger>("limit", One(query, "limit") is { } text ? BigInteger.Parse(text, CultureInfo.InvariantCulture) : DefaultLimit, 1, MaxLimit);
        if (faults.Any)
            return faults.ToRefusal();

        JobId? before = null;
        if (One(query, "cursor") is { } cursor)
        {
            if (!JobCursor.TryRead(cursor, filter, out var last))
                return new Refusal.Malformed([new Fault("cursor", "This is not a cursor of this query; take nextCursor of its last page, with the same filter.")]);
            before = last;
        }

        return new JobListParameters { Filter = filter, Limit = (int)limit!.Value, Before = before };
    }

    private static List<Fault> Malformed(IQueryCollection query)
    {
        var faults = new List<Fault>();
        foreach (var (name, values) in query)
        {
            if (values.Count > 1 && !string.Equals(name, "tag", StringComparison.Ordinal))
                faults.Add(new Fault(name, "The parameter is given more than once."));
            if (values.Any(value => value?.Contains('\0', StringComparison.Ordinal) ?? false))
                faults.Add(new Fault("", "The query holds a NUL character."));
        }

        if (One(query, "limit") is { } limit && !BigInteger.TryParse(limit, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            faults.Add(new Fault("limit", "Expected a whole number."));
        return faults;
    }

    private static string? One(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values[0] ?? "" : null;
}
