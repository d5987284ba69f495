using System.Diagnostics;
using System.Text.Json;

namespace JobService.Bench.Measuring;

/// <summary>Programs that measure by themselves and say what came out as JSON, in the last line they write.</summary>
internal static class ChildProcess
{
    /// <summary>This program again, with another verb.</summary>
    public static Task<T> SelfAsync<T>(params string[] arguments) => RunAsync<T>(Environment.ProcessPath!, arguments);

    /// <exception cref="InvalidOperationException">It failed; what it wrote to its standard error is in the message.</exception>
    public static async Task<T> RunAsync<T>(string program, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        var output = await OutputAsync(program, arguments, environment);
        return JsonSerializer.Deserialize<T>(output.TrimEnd().Split('\n')[^1], JsonSerializerOptions.Web)!;
    }

    /// <summary>What it writes to its standard output.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it wrote to its standard error is in the message.</exception>
    public static async Task<string> OutputAsync(string program, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{output}");
    }
}
