using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace JobService.Api;

/// <summary>Where the server is told to listen. Checked before anything is started, since the server itself only stumbles over it.</summary>
internal static class ListenUrls
{
    private const string Example = "http://localhost:8081";

    /// <summary>The addresses by configuration; endpoints of the server's own section count as well as the URLs.</summary>
    /// <exception cref="InvalidOperationException">One of them is none; the message names its key.</exception>
    public static IReadOnlyList<BindingAddress> Of(IConfiguration configuration)
    {
        var urls = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Where(endpoint => endpoint["Url"] is not null);
        BindingAddress[] all =
        [
            .. urls.Select(url => Parse("urls", url)),
            .. endpoints.Select(endpoint => Parse($"{endpoint.Path}:Url", endpoint["Url"]!)),
        ];
        return all is [] ? [Parse("urls", "")] : all;
    }

    /// <summary>Why the server can't listen, and what to do about it; null for anything else.</summary>
    public static string? Describe(Exception e) => e switch
    {
        IOException { InnerException: AddressInUseException } => $"{e.Message} Stop the program that listens there, or listen elsewhere: --urls {Example}",
        SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } =>
            $"An address of urls can't be listened at ({e.Message}). Listen elsewhere: --urls {Example}",
        _ => null,
    };

    private static BindingAddress Parse(string key, string url)
    {
        try
        {
            // What is left of a port that is no number stays with the host.
            var address = BindingAddress.Parse(url);
            if (address.IsUnixPipe || address.IsNamedPipe || address.Port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort && IsHost(address.Host))
                return address;
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw new InvalidOperationException($"{key} has '{url}', which is no address to listen at. Write it as --urls {Example}, with a port up to {IPEndPoint.MaxPort}.");
    }

    private static bool IsHost(string host) => host.StartsWith('[') || !host.Contains(':', StringComparison.Ordinal);
}
