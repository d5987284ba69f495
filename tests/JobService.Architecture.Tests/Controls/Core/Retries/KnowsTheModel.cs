using Microsoft.EntityFrameworkCore;

namespace JobService.Architecture.Tests.Controls.Core.Retries;

/// <summary>Breaks the rule that EF Core stays under Storage.</summary>
public sealed class KnowsTheModel
{
    public DbContext? Context { get; init; }
}
