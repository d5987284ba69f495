namespace JobService.Architecture.Tests.Controls.Names;

/// <summary>Public since <see cref="Needs"/> shows it.</summary>
public sealed class Shown;
