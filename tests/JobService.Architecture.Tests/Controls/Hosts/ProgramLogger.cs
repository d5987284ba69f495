using Serilog;

namespace JobService.Architecture.Tests.Controls.Hosts;

/// <summary>Breaks the rule that Serilog stays in a Program.cs; its name begins like one on purpose.</summary>
public sealed class ProgramLogger
{
    public ILogger? Logger { get; init; }
}
