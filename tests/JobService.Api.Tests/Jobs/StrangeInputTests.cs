using CsCheck;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Timeouts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace JobService.Api.Tests.Jobs;

/// <summary>What a client puts around a body – query, headers, words for times – is read or refused, whatever it is; it never throws.</summary>
public sealed class StrangeInputTests
{
    private const int Tries = 20_000;

    private static readonly Gen<string> Mark = Gen.OneOfConst(
        "", " ", ",", ";", "=", ":", "\"", "*", "?", "&", "%00", "%FF", "%ud800", "+", "-", ".", "0", "9", "T", "Z", "z", "W/", "P", "PT", "1d", "ms", "é", "😀", "\0", "\uD800");

    [Fact]
    public void A_query_is_read_or_refused() => Mutations(
        "?state=failed,queued&type=email.*&queue=high&tag=tenant:42&worker=w&createdFrom=2026-12-01T00:00:00Z&limit=5&cursor=AZOzrQ96fG6KPVpLHC0-Twabcdefghij")
        .Sample(query => JobListParameters.Parse(new QueryCollection(QueryHelpers.ParseQuery(query))), iter: Tries);

    [Fact]
    public void Headers_are_read_or_refused() => Gen.Select(
        Mutations("respond-async, wait=10; x=\"y\", wait=20"),
        Mutations("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        Mutations("\"1-a\", W/\"2-b\", *"))
        .Sample(
            (prefer, parent, tags) =>
            {
                var headers = new HeaderDictionary
                {
                    ["Prefer"] = prefer,
                    ["traceparent"] = parent,
                    ["tracestate"] = tags,
                    ["If-Match"] = tags,
                    ["If-None-Match"] = tags,
                    ["Content-Type"] = prefer,
                };
                ETagCondition.IfMatch(headers);
                ETagCondition.IfNoneMatch(headers);
                JsonMediaType.IsJson(prefer);
                return EnqueueHeaders.Read(headers).IsRefused(out var refusal, out var read)
                    ? refusal is Refusal.Malformed
                    : (read.Wait is not { } wait || wait >= TimeSpan.Zero && wait <= PreferWait.Longest)
                    && (read.TraceParent is null || read.TraceParent.All(char.IsAscii));
            },
            iter: Tries);

    [Fact]
    public void Times_are_read_or_refused() => Mutations("2026-12-01T08:00:00.123456+01:00")
        .Sample(text => !Rfc3339.TryParse(text, out var instant) || instant.Offset == TimeSpan.Zero, iter: Tries);

    [Fact]
    public void Durations_are_read_or_refused_and_what_is_read_is_written_back_alike() =>
        Gen.OneOf(Mutations("2d1h30m15s250ms"), Mutations("P1DT2H3M4.5S")).Sample(
            text => !DurationText.TryParse(text, out var duration)
                || duration >= TimeSpan.Zero
                && DurationText.TryParse(DurationText.Format(duration), out var again)
                && (duration - again).Duration() < TimeSpan.FromMicroseconds(1),
            iter: Tries);

    /// <summary>The text with up to four of its stretches cut and something put in their place.</summary>
    private static Gen<string> Mutations(string text) =>
        Gen.Select(Gen.Int[0, text.Length], Gen.Int[0, 4], Gen.OneOf(Mark, Gen.String[0, 3])).Array[0, 4].Select(changes =>
            changes.Aggregate(text, (soFar, change) =>
            {
                var (at, removed, inserted) = change;
                var start = Math.Min(at, soFar.Length);
                return soFar.Remove(start, Math.Min(removed, soFar.Length - start)).Insert(start, inserted);
            }));
}
