namespace JobService.Core.Storage.Embedded;

/// <summary>How a private PostgreSQL is run.</summary>
internal sealed record EmbeddedSettings
{
    public required string DataFolder { get; init; }

    public string? BinariesFolder { get; init; }

    /// <summary>Further lines of <c>postgresql.conf</c>, as name and value; used when the cluster is made.</summary>
    public IReadOnlyDictionary<string, string> ServerSettings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
