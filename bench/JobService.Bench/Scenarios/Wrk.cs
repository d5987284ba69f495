using System.Globalization;
using System.Text.RegularExpressions;
using JobService.Bench.Children;
using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>Posts the same job over and over, by wrk.</summary>
internal static partial class Wrk
{
    /// <summary>Requests a second that were answered with 2xx; none may be answered otherwise.</summary>
    /// <param name="url">Of the server.</param>
    /// <param name="connections">How many post at once.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="warmUp">How long before that, uncounted: a server that has just started compiles its code.</param>
    public static async Task<double> RunAsync(string url, int connections, int seconds, int warmUp)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, $$"""
                wrk.method = "POST"
                wrk.headers["Content-Type"] = "application/json"
                wrk.headers["Authorization"] = "Bearer {{ServedChild.Key}}"
                wrk.body = [[{"type":"{{NoopHandler.Type}}","payload":{{System.Text.Encoding.UTF8.GetString(NoopPayload.Bytes(1))}}}]]
                """);
            if (warmUp > 0)
                await PostAsync(url, connections, warmUp, script);
            return await PostAsync(url, connections, seconds, script);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task<double> PostAsync(string url, int connections, int seconds, string script)
    {
        var output = await ChildProcess.OutputAsync(
            "wrk", ["-t", "1", "-c", Text(connections), "-d", $"{Text(seconds)}s", "--timeout", "10s", "-s", script, $"{url}/api/v1/jobs"]);
        return output.Contains("Non-2xx", StringComparison.Ordinal) || !Rate().IsMatch(output)
            ? throw new InvalidOperationException(output)
            : double.Parse(Rate().Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[0-9.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();
}
