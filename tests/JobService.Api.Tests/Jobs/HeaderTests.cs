using JobService.Api.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace JobService.Api.Tests.Jobs;

public sealed class HeaderTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData("wait=10", 10)]
    [InlineData("respond-async, WAIT = \"5\"; x=y", 5)]
    [InlineData("wait=600", 60)]
    [InlineData("wait=99999999999999999999", 60)]
    [InlineData("wait=0", 0)]
    [InlineData("wait=1, wait=9", 1)]
    [InlineData("return=minimal", null)]
    [InlineData("note=\"a, wait=5\"", null)]
    [InlineData("note=\"a; wait=5, \\\", wait=6\", wait=7", 7)]
    [InlineData("note=a; text=\"x, wait=5\", wait=8", 8)]
    [InlineData("wait=\"1\\0\"", 10)]
    [InlineData("note=\"a, wait=5", null)]
    [InlineData("", null)]
    public void A_preference_to_wait_is_read(string prefer, int? seconds)
    {
        Assert.False(PreferWait.Read(prefer).IsRefused(out _, out var read));
        Assert.Equal(seconds, (int?)read.Wait?.TotalSeconds);
    }

    [Theory]
    [InlineData("wait=x")]
    [InlineData("wait=-1")]
    [InlineData("wait=1.5")]
    [InlineData("wait=")]
    [InlineData("wait=\"5")]
    [InlineData("wait")]
    public void A_wait_of_no_length_is_refused(string prefer) => Assert.Equal((400, "Prefer"), Requests.Refused(PreferWait.Read(prefer)));

    [Theory]
    [InlineData(Parent, true)]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false)]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false)]
    [InlineData("garbage", false)]
    public void A_trace_context_that_is_not_valid_is_ignored(string parent, bool isKept)
    {
        var headers = new HeaderDictionary { ["traceparent"] = parent, ["tracestate"] = "a=1" };

        Assert.False(EnqueueHeaders.Read(headers).IsRefused(out _, out var read));
        Assert.Equal(isKept ? (parent, "a=1") : (null, null), (read.TraceParent, read.TraceState));
    }

    [Theory]
    [InlineData("\"1-a\"", true, true)]
    [InlineData("\"x\", \"1-a\"", true, true)]
    [InlineData("W/\"1-a\"", false, true)]
    [InlineData("*", true, true)]
    [InlineData("\"2-a\"", false, false)]
    public void Changes_compare_versions_strongly_and_reads_weakly(string tags, bool ifMatch, bool ifNoneMatch)
    {
        var headers = new HeaderDictionary { ["If-Match"] = tags, ["If-None-Match"] = tags };
        var current = new EntityTagHeaderValue("\"1-a\"");

        Assert.False(ETagCondition.IfMatch(headers).IsRefused(out _, out var match));
        Assert.False(ETagCondition.IfNoneMatch(headers).IsRefused(out _, out var noneMatch));
        Assert.Equal((ifMatch, ifNoneMatch), (match.Names(current), noneMatch.Names(current)));
    }

    [Theory]
    [InlineData("1-a")]
    [InlineData("\"1-a")]
    [InlineData("\"a\" \"b\"")]
    public void A_version_without_quotes_is_malformed(string tags) =>
        Assert.Equal((400, "If-Match"), Requests.Refused(ETagCondition.IfMatch(new HeaderDictionary { ["If-Match"] = tags })));

    [Fact]
    public void Without_the_header_there_is_no_condition()
    {
        Assert.False(ETagCondition.IfMatch(new HeaderDictionary()).IsRefused(out _, out var condition));
        Assert.False(condition.IsGiven);
    }
}
