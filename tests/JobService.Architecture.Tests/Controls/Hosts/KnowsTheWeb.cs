using Microsoft.AspNetCore.Http;

namespace JobService.Architecture.Tests.Controls.Hosts;

/// <summary>Breaks the rules that keep the web out of Core and Worker.</summary>
public sealed class KnowsTheWeb
{
    public HttpContext? Incoming { get; init; }

    public HttpClient? Outgoing { get; init; }
}
