using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobService.Core;

/// <summary>How the options of every feature are bound.</summary>
public static class FeatureOptions
{
    /// <summary>Options that are checked at start. A key of their section that doesn't exist is a fault, so that a typing error never passes silently.</summary>
    /// <param name="services">Where they are registered.</param>
    /// <param name="section">Their section.</param>
    /// <param name="configuration">What it is a section of; null for the configuration of the process.</param>
    public static OptionsBuilder<TOptions> AddFeatureOptions<TOptions>(this IServiceCollection services, string section, IConfiguration? configuration = null)
        where TOptions : class
    {
        var options = services.AddOptions<TOptions>();
        var bound = configuration is null ? options.BindConfiguration(section, Strictly) : options.Bind(configuration.GetSection(section), Strictly);
        return bound.ValidateDataAnnotations().ValidateOnStart();
    }

    private static void Strictly(BinderOptions binder) => binder.ErrorOnUnknownConfiguration = true;
}
