namespace JobService.Core.Storage.Reading;

/// <summary>A row of <c>job_type_settings</c>.</summary>
internal sealed class JobTypeSettingsRow
{
    public required string Type { get; init; }

    public string? Schema { get; init; }

    public required string Defaults { get; init; }

    public int Revision { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
