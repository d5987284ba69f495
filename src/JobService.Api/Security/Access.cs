using System.Net;
using System.Security.Cryptography;
using System.Text;
using JobService.Api.Problems;
using JobService.Core;
using Microsoft.Extensions.Options;

namespace JobService.Api.Security;

/// <summary>
/// Closed by default: with keys, every call but health checks and documents needs one; without, which only Development may
/// be, calls come from this machine and name it as their host, so that no web page can reach in by a name of its own.
/// </summary>
internal static class Access
{
    private const string Scheme = "Bearer ";
    private const string ActorItem = "jobservice.actor";

    private static readonly string[] OpenPaths = ["/health", "/problems", "/swagger"];
    private static readonly string[] LocalHosts = ["localhost", "127.0.0.1", "::1", "[::1]"];

    /// <summary>Who calls: the name of the key; null for a developer on this machine.</summary>
    public static string? Actor(this HttpContext context) => context.Items[ActorItem] as string;

    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration, bool isDevelopment)
    {
        services.AddFeatureOptions<SecurityOptions>(SecurityOptions.Section, configuration)
            .Validate(
                options => isDevelopment || options.ApiKeys.Count > 0,
                "Outside Development JobService needs at least one API key. Set JobService__Security__ApiKeys__<name> to a secret of at least "
                + $"{SecurityOptions.MinKeyLength} characters, for example JobService__Security__ApiKeys__admin=$(openssl rand -hex 32).")
            .Validate(
                options => options.ApiKeys.Values.All(key => key.Length >= SecurityOptions.MinKeyLength),
                $"Each key under {SecurityOptions.Section}:ApiKeys must have at least {SecurityOptions.MinKeyLength} characters.")
            .Validate(
                options => options.ApiKeys.Count > 0 || ListenUrls.Of(configuration).All(address => LocalHosts.Contains(address.Host, StringComparer.OrdinalIgnoreCase)),
                "Without an API key JobService listens on this machine only. Use --urls http://localhost:8080, or set JobService__Security__ApiKeys__<name>.")
            .ValidateOnStart();
        return services;
    }

    public static IApplicationBuilder UseAccess(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<SecurityOptions>>();
        var keys = new Lazy<(string Name, byte[] Key)[]>(() =>
            [.. options.Value.ApiKeys.Select(key => (key.Key, Encoding.UTF8.GetBytes(key.Value)))]);
        return app.Use((context, next) =>
        {
            if (keys.Value.Length == 0)
                return IsFromHere(context) ? next(context) : RefuseHostAsync(context);
            if (OpenPaths.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
                return next(context);
            if (NameOf(context.Request.Headers.Authorization.ToString(), keys.Value) is not { } name)
                return RefuseAsync(context);
            context.Items[ActorItem] = name;
            return next(context);
        });
    }

    private static string? NameOf(string authorization, (string Name, byte[] Key)[] keys)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;

        // Every key is compared to its end: the time it takes tells how long a key is, and nothing of what it is.
        var given = Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim());
        string? name = null;
        foreach (var (holder, key) in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(given, key))
                name = holder;
        }

        return name;
    }

    private static bool IsFromHere(HttpContext context) =>
        (context.Connection.RemoteIpAddress is not { } from || IPAddress.IsLoopback(from))
        && LocalHosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return ProblemResult.Of(ProblemKind.Unauthorized).ExecuteAsync(context);
    }

    private static Task RefuseHostAsync(HttpContext context) => ProblemResult.Of(
        ProblemKind.Forbidden,
        "Without an API key only this machine may call, and by the name localhost. Set JobService__Security__ApiKeys__<name> to let others in.").ExecuteAsync(context);
}
