using System.Diagnostics;
using System.Runtime.Versioning;

namespace JobService.Core.Storage.Embedded;

/// <summary>Runs PostgreSQL's own programs, which refuse to be run by root: then they run as <see cref="User"/>.</summary>
[UnsupportedOSPlatform("windows")]
internal static class ServerCommand
{
    /// <summary>Whom the server runs as; null for ourselves.</summary>
    public static string? User { get; } = !Environment.IsPrivilegedProcess ? null
        : HasUser("postgres") ? "postgres"
        : "nobody";

    /// <summary>Runs a program of PostgreSQL's as its user and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It ended with an error; the message holds what it wrote.</exception>
    public static Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(program, arguments, User, cancellationToken);

    /// <summary>Runs a program as ourselves.</summary>
    /// <inheritdoc cref="RunAsync(string, IReadOnlyList{string}, CancellationToken)"/>
    public static Task<string> RunAsOurselvesAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(program, arguments, user: null, cancellationToken);

    /// <summary>Gives a file or folder to the server's user.</summary>
    public static async Task HandOverAsync(string path, CancellationToken cancellationToken)
    {
        if (User is { } user)
            await RunAsOurselvesAsync("chown", ["-R", user, path], cancellationToken);
    }

    private static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string? user, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";
        if (user is not null)
            start.UserName = user;

        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {(await errors + await output).Trim()}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName} could not be started: {e.Message}", e);
        }
    }

    private static bool HasUser(string name) =>
        File.Exists("/etc/passwd") && File.ReadLines("/etc/passwd").Any(line => line.StartsWith(name + ":", StringComparison.Ordinal));
}
