namespace JobService.Architecture.Tests;

/// <summary>A source file by its path from the root of the repository.</summary>
internal sealed record SourceFile(string Path, string Text);
