using System.Diagnostics;
using JobService.Api.Security;
using JobService.Core.Errors;

namespace JobService.Api.Jobs;

/// <summary>What the headers of an enqueue add to its body.</summary>
internal sealed record EnqueueHeaders
{
    public static readonly EnqueueHeaders None = new();

    private const int MaxTraceStateLength = 512;
    private const int TraceParentLength = 55;

    /// <summary>The W3C trace context to continue; null when there is none that is valid, as the standard asks.</summary>
    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }

    /// <summary>Who calls, as the credentials tell; null for a developer on this machine.</summary>
    public string? Actor { get; init; }

    /// <summary>How long the caller would wait for the end of the job.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Reads them; refuses a wait that can't be read.</summary>
    public static Result<EnqueueHeaders> Read(HttpContext context) =>
        Read(context.Request.Headers).IsRefused(out var refusal, out var headers) ? refusal : headers with { Actor = context.Actor() };

    public static Result<EnqueueHeaders> Read(IHeaderDictionary headers)
    {
        if (PreferWait.Read(headers).IsRefused(out var malformed, out var prefer))
            return malformed;
        if (headers.TraceParent is not [{ } parent] || !IsTraceParent(parent))
            return new EnqueueHeaders { Wait = prefer.Wait };

        var state = headers.TraceState.ToString();
        return new EnqueueHeaders { TraceParent = parent, TraceState = IsTraceState(state) ? state : null, Wait = prefer.Wait };
    }

    // Of a later version only the part that is as in version 00 is understood; ids of zeros mean nothing.
    private static bool IsTraceParent(string text) =>
        text.Length is >= TraceParentLength and <= MaxTraceStateLength
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && !text.StartsWith("ff", StringComparison.Ordinal)
        && (text.Length == TraceParentLength || text[TraceParentLength] == '-' && !text.StartsWith("00", StringComparison.Ordinal))
        && char.IsAsciiHexDigit(text[0])
        && char.IsAsciiHexDigit(text[1])
        && ActivityContext.TryParse("00" + text[2..TraceParentLength], traceState: null, out var context)
        && context.TraceId != default
        && context.SpanId != default;

    private static bool IsTraceState(string text) => text.Length is > 0 and <= MaxTraceStateLength && text.All(c => c is >= ' ' and <= '~');
}
