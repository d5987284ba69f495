using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Handlers.Http;

/// <summary>The one client of all <c>http.request</c> jobs. It looks at the address it really connects to, so no DNS answer gets around the rule.</summary>
internal sealed class OutgoingHttp : IDisposable
{
    private readonly HttpClient client;

    public OutgoingHttp(IOptions<HttpRequestOptions> options)
    {
        var mayCallPrivate = options.Value.AllowPrivateNetworks;
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, mayCallPrivate, cancellationToken),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public void Dispose() => client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool mayCallPrivate, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        IPAddress[] allowed = mayCallPrivate ? addresses : [.. addresses.Where(AddressRules.IsPublic)];
        if (allowed.Length == 0)
            throw new RefusedAddressException(target.Host);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
