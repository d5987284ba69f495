using JobService.Core.Queues;
using JobService.Worker.Queues;
using Microsoft.Extensions.Options;

namespace JobService.Worker;

/// <summary>Checks what attributes can't: the queues, one by one.</summary>
internal sealed class WorkerOptionsRules : IValidateOptions<WorkerOptions>
{
    private const int MostSlots = 10_000;

    public ValidateOptionsResult Validate(string? name, WorkerOptions options)
    {
        var faults = new List<string>();
        if (!Enum.IsDefined(options.QueueOrder))
            faults.Add($"{WorkerOptions.Section}:{nameof(WorkerOptions.QueueOrder)} must be weighted or strict.");
        for (var i = 0; i < options.Queues.Length; i++)
        {
            // One that is null in a file is none either.
            var (queue, key) = ((ServedQueue?)options.Queues[i] ?? new ServedQueue(), $"{WorkerOptions.Section}:{nameof(WorkerOptions.Queues)}:{i}");
            if (!NamePattern.IsMatch(queue.Name.Replace('*', 'x').Replace('?', 'x')))
                faults.Add($"{key} must be the name of a queue or a glob of names, such as 'reports.*', or have one as its {nameof(queue.Name)}; '{queue.Name}' is none.");
            if (queue.Weight is < 1 or > QueueSettings.HeaviestWeight)
                faults.Add($"{key}:{nameof(queue.Weight)} must be between 1 and {QueueSettings.HeaviestWeight}.");
            if (queue.Slots is < 1 or > MostSlots)
                faults.Add($"{key}:{nameof(queue.Slots)} must be between 1 and {MostSlots}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
