using System.Reflection;
using System.Runtime.CompilerServices;

namespace JobService.Architecture.Tests;

/// <summary>Types by the names C# has for them, with what may be null.</summary>
internal static class CSharpName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type) => Nullable.GetUnderlyingType(type) is { } underlying
        ? Of(underlying) + "?"
        : Of(type, type.GetGenericArguments().Select(Of), type.GetElementType() is { } element ? Of(element) : null);

    public static string Of(ParameterInfo parameter) => Of(new NullabilityInfoContext().Create(parameter));

    public static string Of(PropertyInfo property) => Of(new NullabilityInfoContext().Create(property));

    public static string Of(FieldInfo field) => Of(new NullabilityInfoContext().Create(field));

    private static string Of(NullabilityInfo info)
    {
        // Of an int? it gives the arguments of int.
        var underlying = Nullable.GetUnderlyingType(info.Type);
        var name = Of(underlying ?? info.Type, info.GenericTypeArguments.Select(Of), info.ElementType is { } element ? Of(element) : null);
        var mayBeNull = underlying is not null
            || info is { ReadState: NullabilityState.Nullable, Type: { IsValueType: false, IsGenericParameter: false, IsByRef: false } };
        return mayBeNull ? name + "?" : name;
    }

    private static string Of(Type type, IEnumerable<string> arguments, string? elementName)
    {
        if (type.IsByRef)
            return elementName ?? Of(type.GetElementType()!);
        if (type.IsArray)
            return $"{elementName}[]";
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsAssignableTo(typeof(ITuple)) && type.IsGenericType)
            return $"({string.Join(", ", arguments)})";

        var own = type.IsNested && !type.IsGenericParameter ? $"{Of(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType && own.Contains('`', StringComparison.Ordinal) ? $"{own.Split('`')[0]}<{string.Join(", ", arguments)}>" : own;
    }
}
