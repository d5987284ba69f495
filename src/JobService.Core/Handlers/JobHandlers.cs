using System.Collections.Frozen;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;

namespace JobService.Core.Handlers;

/// <summary>The handlers this process has, by job type.</summary>
public sealed class JobHandlers
{
    private readonly FrozenDictionary<JobType, HandlerCall> calls;
    private readonly Lazy<IReadOnlyList<HandlerSchema>> schemas;

    /// <exception cref="InvalidOperationException">Two handlers are registered for one type.</exception>
    internal JobHandlers(IEnumerable<RegisteredHandler> registered)
    {
        var handlers = registered.ToArray();
        if (handlers.CountBy(handler => handler.Type).FirstOrDefault(type => type.Value > 1) is { Value: > 1 } twice)
            throw new InvalidOperationException($"The job type '{twice.Key}' has {twice.Value} handlers: register one.");
        calls = handlers.ToFrozenDictionary(handler => handler.Type, handler => handler.Call);
        schemas = new(() => [.. handlers.Select(handler => new HandlerSchema(handler.Type, PayloadSchemaWriter.Write(handler.Payload)))]);
    }

    public IReadOnlyCollection<JobType> Types => calls.Keys;

    /// <summary>A JSON Schema for each type, of what its handler takes.</summary>
    public IReadOnlyList<HandlerSchema> Schemas => schemas.Value;

    internal HandlerCall this[JobType type] => calls[type];
}
