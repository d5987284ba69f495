using System.Globalization;
using System.Text.RegularExpressions;
using JobService.Bench.Children;
using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>Posts the same job over and over, by wrk.</summary>
internal static partial class Wrk
{
    /// <summary>Requests a second that were answered with 2xx; none may be answered otherwise.</summary>
    public static async Task<double> RunAsync(string url, int connections, int seconds)
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
            var output = await ChildProcess.OutputAsync(
                "wrk", ["-t", "1", "-c", Text(connections), "-d", $"{Text(seconds)}s", "--timeout", "10s", "-s", script, $"{url}/api/v1/jobs"]);
            return output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal) || !Rate().IsMatch(output)
                ? throw new InvalidOperationException(output)
                : double.Parse(Rate().Match(output).Groups["rate"].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[0-9.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();
}
