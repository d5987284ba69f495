using JobService.Api.Json;
using JobService.Api.Schedules;
using JobService.Core.Errors;
using JobService.Core.Sequences;

namespace JobService.Api.Sequences;

/// <summary>Which sequences a query string asks for.</summary>
internal sealed record SequenceListQuery(SequenceFilter Filter, SequenceKey? After, int Limit)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    public static Result<SequenceListQuery> Read(IQueryCollection query)
    {
        if (ScheduleQuery.Read(query, "limit", DefaultLimit, MaxLimit).IsRefused(out var refusal, out var page))
            return refusal;

        SequenceKey? after = null;
        if (page.Cursor is { } cursor)
        {
            if (!SequenceKey.TryParse(cursor, out var last))
                return ScheduleQuery.BadCursor;
            after = last;
        }

        var faults = new RequestFaults();
        var (prefix, held) = (query["prefix"].ToString(), query["held"].ToString());
        if (!SequenceKey.IsBeginning(prefix))
            faults.Add("prefix", $"Expected the beginning of keys that match {SequenceKey.Expression}.");
        if (query.ContainsKey("held") && held is not ("true" or "false"))
            faults.Add("held", "Expected true or false.");
        return faults.Any ? faults.ToRefusal() : new SequenceListQuery(new SequenceFilter(prefix, query.ContainsKey("held") ? held is "true" : null), after, page.Number);
    }
}
