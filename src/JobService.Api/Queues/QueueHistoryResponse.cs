using JobService.Core.Queues;
using JobService.Core.Timeouts;

namespace JobService.Api.Queues;

/// <summary>What happened in a queue, step by step.</summary>
internal sealed record QueueHistoryResponse
{
    public required DateTimeOffset From { get; init; }

    /// <summary>The end, which is not of it. The last step ends there, whole or not.</summary>
    public required DateTimeOffset To { get; init; }

    /// <example>5m</example>
    public required string Step { get; init; }

    /// <summary>Each step, the first one first.</summary>
    public required IReadOnlyList<QueueHistoryPointResponse> Items { get; init; }

    public static QueueHistoryResponse Of(QueueHistoryWindow window, IReadOnlyList<QueueHistoryPoint> points) => new()
    {
        From = window.From,
        To = window.To,
        Step = DurationText.Format(window.Step),
        Items = [.. points.Select(QueueHistoryPointResponse.From)],
    };
}
