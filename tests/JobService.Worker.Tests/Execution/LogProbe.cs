using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Tests.Execution;

/// <summary>What something logs, and a way to wait for it.</summary>
internal sealed class LogProbe<T> : ILogger<T>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> seen = new();

    public ConcurrentQueue<string> Messages { get; } = new();

    public Task<string> SeenAsync(int eventId) => Source(eventId).Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var message = formatter(state, exception);
        Messages.Enqueue(message);
        Source(eventId.Id).TrySetResult(message);
    }

    private TaskCompletionSource<string> Source(int eventId) =>
        seen.GetOrAdd(eventId, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}
