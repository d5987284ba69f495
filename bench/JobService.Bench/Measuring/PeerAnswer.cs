using System.Text.Json.Serialization;

namespace JobService.Bench.Measuring;

/// <summary>What a peer's program says of itself: so many jobs in so many seconds, or latencies in milliseconds.</summary>
internal sealed record PeerAnswer(long Jobs, double Seconds, double P50, double P95, double P99)
{
    [JsonIgnore]
    public double Rate => Jobs / Seconds;

    [JsonIgnore]
    public IReadOnlyDictionary<string, Measured> Percentiles => new Dictionary<string, Measured>(StringComparer.Ordinal) { ["p50"] = P50, ["p95"] = P95, ["p99"] = P99 };
}
