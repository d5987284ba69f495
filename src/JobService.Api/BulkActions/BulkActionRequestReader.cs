using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Limits;
using JobService.Core.BulkActions;
using JobService.Core.Errors;
using JobService.Core.Queues;

namespace JobService.Api.BulkActions;

/// <summary>Makes what a caller asks for into what the domain takes, or says everything that is wrong with it.</summary>
internal static class BulkActionRequestReader
{
    public static Result<NewBulkAction> Read(BulkActionRequest request, string? actor)
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        faults.AddUnknown("/filter", request.Filter?.Unknown);
        var kind = faults.Word("/action", request.Action, BulkActionWords.Kinds);
        if (request.Action is null)
            faults.Add("/action", $"An action is required: one of {string.Join(", ", Enum.GetValues<BulkActionKind>().Select(one => one.Word()))}.");
        if (request.Filter is null)
            faults.Add("/filter", "A filter is required: which jobs?");

        var action = new NewBulkAction
        {
            Kind = kind ?? BulkActionKind.Cancel,
            Filter = JobFilterRules.Read(Words(request.Filter ?? new BulkFilterRequest()), "/filter/", faults),
            Queue = QueueName.TryParse(request.Queue, out var queue) ? queue : null,
            Reason = request.Reason,
            Pace = LimitRequestValidator.Rate("/pace", request.Pace, faults),
            CreatedBy = actor,
        };
        if (JobRequestValidator.CheckReason("/reason", request.Reason) is { } reason)
            faults.Add([reason]);
        if (action.Pace is { } pace)
            faults.Add(pace.Check("/pace"));
        if (kind is { } known && !faults.Any)
            Check(known, action, request, faults);
        return faults.Any ? faults.ToRefusal() : action;
    }

    private static void Check(BulkActionKind kind, NewBulkAction action, BulkActionRequest request, RequestFaults faults)
    {
        var isEmpty = BulkActionRules.IsEmpty(action.Filter);
        if (isEmpty && request.All is not true)
            faults.Add("/filter", "An empty filter is every job. Say which, or \"all\": true.");
        if (!isEmpty && request.All is true)
            faults.Add("/all", "Goes with an empty filter only.");
        if (action.Filter.States.Except(BulkActionRules.Possible(kind)).Select(state => state.Word()).ToArray() is { Length: > 0 } others)
            faults.Add("/filter/state", $"Nothing can {kind.Word()} jobs that are {string.Join(" or ", others)}; it takes {string.Join(", ", BulkActionRules.Possible(kind).Select(state => state.Word()))}.");
        if (kind == BulkActionKind.Move && action.Queue is null)
            faults.Add("/queue", request.Queue is null ? "Where to? A move takes a queue." : $"Expected a name that matches {NamePattern.Expression}.");
        if (kind != BulkActionKind.Move && request.Queue is not null)
            faults.Add("/queue", "Goes with \"action\": \"move\" only; jobs of a queue are chosen by the filter.");
        if (kind != BulkActionKind.Cancel && request.Reason is not null)
            faults.Add("/reason", "Goes with \"action\": \"cancel\" only.");
    }

    private static JobFilterWords Words(BulkFilterRequest filter) => new()
    {
        State = filter.State.Words is { } states ? string.Join(',', states) : null,
        Type = filter.Type,
        Queue = filter.Queue,
        Tags = filter.Tag.Words ?? [],
        Worker = filter.Worker,
        Schedule = filter.Schedule,
        CreatedFrom = filter.CreatedFrom,
        CreatedTo = filter.CreatedTo,
    };
}
