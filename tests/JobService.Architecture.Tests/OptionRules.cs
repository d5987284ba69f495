using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace JobService.Architecture.Tests;

/// <summary>How options are declared.</summary>
internal static class OptionRules
{
    private static readonly Type[] Measures = [typeof(int), typeof(long), typeof(double), typeof(TimeSpan)];

    /// <summary>A number or a duration has a range, and the message about it begins with the configuration key.</summary>
    public static IEnumerable<string> WithoutRangeOrKey(IEnumerable<Type> types) =>
        from type in types
        let section = type.GetField("Section")?.GetRawConstantValue() as string
        where section is not null
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where Measures.Contains(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
        let message = property.GetCustomAttribute<RangeAttribute>()?.FormatErrorMessage(property.Name)
        where message?.StartsWith($"{section}:{property.Name} must be between ", StringComparison.Ordinal) is not true
        select $"{type.Name}.{property.Name}: {message}";
}
