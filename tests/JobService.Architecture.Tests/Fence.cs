namespace JobService.Architecture.Tests;

/// <summary>Keeps a library, or a part of the product, out of projects but for a gate.</summary>
/// <param name="Library">How the full names begin of what is kept out.</param>
/// <param name="Projects">Where the fence stands. Elsewhere it may be used freely.</param>
/// <param name="Gate">Whether a type, by its full name, may use it all the same; null when none may.</param>
internal sealed record Fence(string Library, string[] Projects, Func<string, bool>? Gate = null)
{
    /// <summary>A project's entry point, which has no namespace.</summary>
    public const string Program = "Program";

    private const string Core = "JobService.Core";
    private const string Worker = "JobService.Worker";
    private const string Api = "JobService.Api";

    public static readonly string[] Product = [Core, Worker, Api];

    public static readonly Fence[] All =
    [
        new("Npgsql", Product, IsIn("JobService.Core.Storage")),
        new("Microsoft.EntityFrameworkCore", Product, IsIn("JobService.Core.Storage")),
        new("Swashbuckle", Product, IsIn("JobService.Api.OpenApi")),
        new("NCrontab", Product, type => type.StartsWith("JobService.Core.Schedules.CronCadence", StringComparison.Ordinal)),
        new("Serilog", Product, IsProgram),
        new("Microsoft.AspNetCore", [Core, Worker]),
        new("System.Net.Http", [Core]),
        new("JobService.Core.Storage.", [Worker], IsProgram),
        new("JobService.Core.Storage.", [Api], type => IsProgram(type) || IsIn("JobService.Api.Cli")(type)),
        new("JobService.Worker.", [Core]),
        new("JobService.Worker.", [Api], IsProgram),
        new("JobService.Api.", [Core, Worker]),
    ];

    /// <summary>The fences by name, as tests take them.</summary>
    public static TheoryData<string> Names => [.. All.Select(fence => fence.ToString())];

    public static Fence Named(string name) => All.Single(fence => string.Equals(fence.ToString(), name, StringComparison.Ordinal));

    public override string ToString() => $"{Library} in {string.Join(", ", Projects)}";

    private static bool IsProgram(string type) => type is Program;

    private static Func<string, bool> IsIn(string folder) => type => type.StartsWith(folder + ".", StringComparison.Ordinal);
}
