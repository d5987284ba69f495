using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace JobService.Bench.Measuring;

/// <summary>A program that runs beside the bench, and never longer than it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<ChildProcess, bool> Running = new();

    private readonly string commandLine;
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private ChildProcess(string commandLine, Process process)
    {
        (this.commandLine, this.process) = (commandLine, process);
        (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Running[this] = true;
    }

    public bool HasExited => process.HasExited;

    /// <exception cref="InvalidOperationException">There is no such program; the message says what to do.</exception>
    public static ChildProcess Start(string program, IReadOnlyList<string> arguments, params IReadOnlyList<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            return new ChildProcess($"{program} {string.Join(' ', arguments)}", Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} can't be started: {e.Message}. bench/run brings what is missing, as root on Debian; elsewhere install it first.", e);
        }
    }

    /// <summary>This program again, with another verb; the last line that it writes is its answer as JSON.</summary>
    public static Task<T> SelfAsync<T>(params string[] arguments) => RunAsync<T>(Environment.ProcessPath!, arguments);

    /// <summary>Runs a program; the last line that it writes is its answer as JSON.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it wrote is in the message.</exception>
    public static async Task<T> RunAsync<T>(string program, IReadOnlyList<string> arguments, params IReadOnlyList<(string Name, string Value)> environment)
    {
        var written = await OutputAsync(program, arguments, environment);
        return JsonSerializer.Deserialize<T>(written.TrimEnd().Split('\n')[^1], JsonSerializerOptions.Web)!;
    }

    /// <summary>Runs a program; what it writes to its standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it wrote is in the message.</exception>
    public static async Task<string> OutputAsync(string program, IReadOnlyList<string> arguments, params IReadOnlyList<(string Name, string Value)> environment)
    {
        await using var child = Start(program, arguments, environment);
        await child.process.WaitForExitAsync();
        return child.process.ExitCode == 0 ? await child.output : throw new InvalidOperationException(await child.LastWordsAsync());
    }

    /// <summary>Ends all that run, and what they have started.</summary>
    public static async Task EndAllAsync()
    {
        foreach (var child in Running.Keys)
            await child.DisposeAsync();
    }

    /// <summary>How it ended and all that it wrote, once it has.</summary>
    public async Task<string> LastWordsAsync() =>
        $"{commandLine} ended with {process.ExitCode}: {await errors}{await output}";

    public async ValueTask DisposeAsync()
    {
        if (!Running.TryRemove(this, out _))
            return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
