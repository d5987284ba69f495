using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace JobService.Storage.Tests.Migrations;

/// <summary>What a migration told.</summary>
internal sealed class Lines : ILogger
{
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(LogLevel Level, string Line)> Told { get; } = new();

    public Task First => first.Task;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Told.Enqueue((logLevel, formatter(state, exception)));
        first.TrySetResult();
    }
}
