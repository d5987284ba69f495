using System.Reflection;

namespace JobService.Architecture.Tests;

/// <summary>What a public type shows of others.</summary>
internal static class Signatures
{
    private const BindingFlags Shown = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>The types of its public and protected members, of its bases and of what it nests.</summary>
    public static IEnumerable<Type> TypesOf(Type type) =>
        type.GetMembers(Shown).SelectMany(TypesOf)
            .Concat(type.GetInterfaces())
            .Concat(type.GetGenericArguments().SelectMany(parameter => parameter.IsGenericParameter ? parameter.GetGenericParameterConstraints() : []))
            .Append(type.BaseType)
            .Append(type.DeclaringType)
            .OfType<Type>()
            .SelectMany(Parts)
            .Distinct();

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        MethodBase method when IsShown(method) => method.GetParameters().Select(parameter => parameter.ParameterType)
            .Concat(method is MethodInfo { ReturnType: var answer } ? [answer] : [])
            .Concat(method.IsGenericMethod ? method.GetGenericArguments().SelectMany(parameter => parameter.GetGenericParameterConstraints()) : []),
        FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly => [field.FieldType],
        Type { IsNestedPublic: true } nested => [nested],
        _ => [],
    };

    private static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>The definition of a generic type and its arguments; the element of an array or a reference.</summary>
    private static IEnumerable<Type> Parts(Type type) => type switch
    {
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsGenericParameter: true } => [],
        { IsGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };
}
