using System.Runtime.CompilerServices;

namespace JobService.Architecture.Tests;

/// <summary>How types are declared.</summary>
internal static class TypeRules
{
    /// <summary>A class of ours that anyone could inherit from.</summary>
    public static bool IsOpenClass(Type type) =>
        type is { IsClass: true, IsSealed: false, IsAbstract: false }
        && (type.Namespace ?? "").StartsWith("JobService", StringComparison.Ordinal)
        && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && !type.Name.Contains('<', StringComparison.Ordinal);
}
