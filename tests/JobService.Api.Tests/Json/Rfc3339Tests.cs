using System.Text.Json;
using JobService.Api.Json;
using JobService.Core.Timeouts;

namespace JobService.Api.Tests.Json;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-12-01T08:00:00+01:00", "2026-12-01T07:00:00Z")]
    [InlineData("2026-12-01t08:00:00.5z", "2026-12-01T08:00:00.5Z")]
    [InlineData("2026-12-01T08:00:00.123456789Z", "2026-12-01T08:00:00.123456Z")]
    [InlineData("2024-02-29T23:59:59-23:59", "2024-03-01T23:58:59Z")]
    [InlineData("1970-01-01T00:00:00-00:00", "1970-01-01T00:00:00Z")]
    public void Instants_are_read_and_written_in_utc(string text, string written)
    {
        Assert.True(Rfc3339.TryParse(text, out var instant));
        Assert.Equal($"\"{written}\"", JsonSerializer.Serialize(instant, ApiJson.Options));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-12-01")]
    [InlineData("2026-12-01T08:00:00")]
    [InlineData("2026-12-01T08:00Z")]
    [InlineData("2026-12-01 08:00:00Z")]
    [InlineData("2026-12-01T08:00:00.Z")]
    [InlineData("2026-12-01T08:00:00.1")]
    [InlineData("2026-12-01T08:00:00+0100")]
    [InlineData("2026-12-01T08:00:00+24:00")]
    [InlineData("2026-12-01T08:00:00+01:60")]
    [InlineData("2026-13-01T08:00:00Z")]
    [InlineData("2026-02-29T08:00:00Z")]
    [InlineData("2026-12-01T24:00:00Z")]
    [InlineData("2026-12-01T08:00:00Zx")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("12026-12-01T08:00:00Z")]
    [InlineData("٢٠٢٦-12-01T08:00:00Z")]
    public void Nothing_else_is_a_time(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
