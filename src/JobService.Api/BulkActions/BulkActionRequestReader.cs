using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Limits;
using JobService.Core.BulkActions;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Api.BulkActions;

/// <summary>Makes what a caller asks for into what the domain takes, or says everything that is wrong with it.</summary>
internal static class BulkActionRequestReader
{
    public static Result<NewBulkAction> Read(BulkActionRequest request, string? actor)
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        var kind = faults.Word("/action", request.Action, BulkActionWords.Kinds);
        if (request.Action is null)
            faults.Add("/action", $"An action is required: one of {string.Join(", ", Enum.GetValues<BulkActionKind>().Select(one => one.Word()))}.");
        var before = faults.Count;
        if (request.Filter is null)
            faults.Add("/filter", "A filter is required: which jobs?");
        faults.AddUnknown("/filter", request.Filter?.Unknown);
        var filter = JobFilterRules.Read(Words(request.Filter ?? new BulkFilterRequest()), "/filter/", faults);
        if (faults.Count == before)
            CheckFilter(kind, filter, request.All is true, faults);

        var action = new NewBulkAction
        {
            Kind = kind ?? BulkActionKind.Cancel,
            Filter = filter,
            Queue = QueueName.TryParse(request.Queue, out var queue) ? queue : null,
            Reason = request.Reason,
            Pace = LimitRequestValidator.Rate("/pace", request.Pace, faults),
            CreatedBy = actor,
        };
        if (JobRequestValidator.CheckReason("/reason", request.Reason) is { } reason)
            faults.Add([reason]);
        if (action.Pace is { } pace)
            faults.Add(pace.Check("/pace"));
        if (kind is { } known)
            CheckMembers(known, request, faults);
        return faults.Any ? faults.ToRefusal() : action;
    }

    private static void CheckFilter(BulkActionKind? kind, JobFilter filter, bool isForAll, RequestFaults faults)
    {
        var isEmpty = BulkActionRules.IsEmpty(filter);
        if (isEmpty && !isForAll)
            faults.Add("/filter", "An empty filter is every job. Say which, or \"all\": true.");
        if (!isEmpty && isForAll)
            faults.Add("/all", "Goes with an empty filter only.");
        if (kind is { } known && filter.States.Except(BulkActionRules.Possible(known)).Select(state => state.Word()).ToArray() is { Length: > 0 } others)
            faults.Add("/filter/state", $"Nothing can {known.Word()} jobs that are {string.Join(" or ", others)}; it takes {string.Join(", ", BulkActionRules.Possible(known).Select(state => state.Word()))}.");
    }

    /// <summary>Which members go with which action.</summary>
    private static void CheckMembers(BulkActionKind kind, BulkActionRequest request, RequestFaults faults)
    {
        if (kind == BulkActionKind.Move && !QueueName.TryParse(request.Queue, out _))
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
