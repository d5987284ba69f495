namespace JobService.Architecture.Tests.Controls.Names;

/// <summary>Breaks the rule about names twice, and needs another public type.</summary>
public sealed class Needs
{
    public Shown? JobInfos { get; init; }

    public override string ToString() => GetData();

    private static string GetData() => "";
}
