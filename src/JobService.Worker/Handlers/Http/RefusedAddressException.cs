namespace JobService.Worker.Handlers.Http;

/// <summary>The host's only addresses are ones that must not be called.</summary>
internal sealed class RefusedAddressException(string host) : Exception(
    $"'{host}' is a private, loopback or link-local address. JobService:HttpRequests:AllowPrivateNetworks allows them.");
