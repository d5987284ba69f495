using JobService.Core.Limits;

namespace JobService.Api.Limits;

/// <summary>A limit and what runs under it.</summary>
internal sealed record LimitResponse
{
    /// <summary>The key, or the beginning of keys and a star.</summary>
    /// <example>tenant:*</example>
    public required string Key { get; init; }

    /// <summary>How many jobs of each key run at once; null for any number.</summary>
    /// <example>5</example>
    public required int? MaxRunning { get; init; }

    /// <summary>How many start in a time; null for any number.</summary>
    public required RateResponse? Rate { get; init; }

    /// <summary>Whether none may start.</summary>
    public required bool Paused { get; init; }

    /// <summary>How many jobs of all its keys run now; null where none are counted, since any number may.</summary>
    /// <example>12</example>
    public required long? Running { get; init; }

    /// <summary>Up to ten keys under which jobs run that are counted, most first.</summary>
    public required IReadOnlyList<BusyKeyResponse> BusiestKeys { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static LimitResponse From(Limit limit) => new()
    {
        Key = limit.Pattern.Text,
        MaxRunning = limit.Settings.MaxRunning,
        Rate = RateResponse.From(limit.Settings.Rate),
        Paused = limit.Settings.IsPaused,
        Running = limit.Running,
        BusiestKeys = [.. limit.BusiestKeys.Select(busy => new BusyKeyResponse { Key = busy.Key.Text, Running = busy.Running })],
        CreatedAt = limit.CreatedAt,
        UpdatedAt = limit.UpdatedAt,
    };
}
