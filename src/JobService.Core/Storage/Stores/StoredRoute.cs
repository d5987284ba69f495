using System.Collections.Frozen;
using System.Text.Json;
using JobService.Core.Routing;

namespace JobService.Core.Storage.Stores;

/// <summary>A <see cref="Route"/> as it is stored.</summary>
internal sealed record StoredRoute
{
    public required string Name { get; init; }

    public string? Type { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public IReadOnlyList<PayloadCondition>? Payload { get; init; }

    public required StoredDefaults Set { get; init; }

    public static byte[] Write(Route route) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredRoute
        {
            Name = route.Name,
            Type = route.Match.Type,
            Tags = route.Match.Tags.Count == 0 ? null : route.Match.Tags,
            Payload = route.Match.Payload.Count == 0 ? null : route.Match.Payload,
            Set = StoredDefaults.Of(route.Set),
        },
        StoredJsonContext.Default.StoredRoute);

    /// <exception cref="JsonException">A later version wrote what this one does not know.</exception>
    public static Route Read(string json)
    {
        var stored = JsonSerializer.Deserialize(json, StoredJsonContext.Default.StoredRoute)!;
        return new Route(
            stored.Name,
            new RouteMatch { Type = stored.Type, Tags = stored.Tags ?? FrozenDictionary<string, string>.Empty, Payload = stored.Payload ?? [] },
            stored.Set.ToDefaults());
    }
}
