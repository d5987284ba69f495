using Swashbuckle.AspNetCore.SwaggerGen;

namespace JobService.Architecture.Tests.Controls.Hosts;

/// <summary>Breaks the rule that Swashbuckle stays under OpenApi.</summary>
public sealed class KnowsSwagger
{
    public SwaggerGenOptions? Options { get; init; }
}
