using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace JobService.Architecture.Tests;

/// <summary>Writes down what an assembly offers to other code: every public type with its public and protected members, as C# would declare them.</summary>
internal sealed class PublicApiDocument
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private readonly StringBuilder text = new();

    public string Write(params IEnumerable<Assembly> assemblies)
    {
        Line(0, "# What other code may use of JobService.Core and JobService.Worker. Written by a test (make docs); a change here is a change for users.");
        foreach (var group in assemblies.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.Namespace is not null && !type.IsNested)
            .GroupBy(type => type.Namespace!, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Line(0, "");
            Line(0, $"namespace {group.Key}");
            foreach (var type in group.OrderBy(type => type.Name, StringComparer.Ordinal))
            {
                Line(0, "");
                Write(type, depth: 1);
            }
        }

        return text.ToString();
    }

    private void Write(Type type, int depth)
    {
        Line(depth, Head(type));
        foreach (var member in type.GetMembers(Declared).Where(IsShown).OrderBy(Rank).ThenBy(member => member.Name, StringComparer.Ordinal).ThenBy(Text, StringComparer.Ordinal))
            Line(depth + 1, Text(member));
        foreach (var nested in type.GetNestedTypes().OrderBy(nested => nested.Name, StringComparer.Ordinal))
            Write(nested, depth + 1);
    }

    private static string Head(Type type)
    {
        var isRecord = type.GetMethod("PrintMembers", Declared) is not null;
        var word = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => (type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false) ? "readonly " : "") + (isRecord ? "record struct" : "struct"),
            { IsAbstract: true, IsSealed: true } => "static class",
            _ => (type.IsSealed ? "sealed " : type.IsAbstract ? "abstract " : "") + (isRecord ? "record" : "class"),
        };
        var known = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(one => one.GetInterfaces()));
        List<string> bases = [.. type.GetInterfaces().Except(known)
            .Where(one => !type.IsEnum && !(isRecord && one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEquatable<>)))
            .Select(CSharpName.Of)
            .Order(StringComparer.Ordinal)];
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            bases.Insert(0, CSharpName.Of(parent));
        return $"{word} {(type.IsNested ? type.Name : CSharpName.Of(type))}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}";
    }

    private static bool IsShown(MemberInfo member) => member switch
    {
        FieldInfo field => !field.IsSpecialName && (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsShown) && property.Name is not "EqualityContract",
        ConstructorInfo constructor => IsShown(constructor) && !constructor.IsStatic && !IsSynthesized(constructor),
        MethodInfo method => IsShown(method) && !IsSynthesized(method),
        _ => false,
    };

    /// <summary>How it is made, its constants, its properties, what it does.</summary>
    private static int Rank(MemberInfo member) => member switch
    {
        ConstructorInfo => 0,
        FieldInfo { DeclaringType.IsEnum: true } value => 1 + Convert.ToInt32(value.GetRawConstantValue(), CultureInfo.InvariantCulture),
        FieldInfo => 1,
        PropertyInfo => 2,
        _ => 3,
    };

    private static string Text(MemberInfo member) => member switch
    {
        FieldInfo field => Of(field),
        PropertyInfo property => Of(property),
        ConstructorInfo constructor => $"{constructor.DeclaringType!.Name.Split('`')[0]}({Parameters(constructor)})",
        MethodInfo method => Of(method),
        _ => throw new UnreachableException(),
    };

    private static string Of(FieldInfo field)
    {
        if (field.DeclaringType!.IsEnum)
            return string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {field.GetRawConstantValue()}");
        return field.IsLiteral
            ? $"const {CSharpName.Of(field)} {field.Name} = {Literal(field.GetRawConstantValue())}"
            : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{CSharpName.Of(field)} {field.Name}";
    }

    private static string Of(PropertyInfo property)
    {
        var accessors = new List<string>();
        if (property.GetMethod is { } get && IsShown(get))
            accessors.Add("get;");
        if (property.SetMethod is { } set && IsShown(set))
            accessors.Add(set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;");
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Modifiers(property.GetAccessors(nonPublic: true)[0])}{required}{CSharpName.Of(property)} {property.Name} {{ {string.Join(' ', accessors)} }}";
    }

    private static string Of(MethodInfo method)
    {
        var answer = CSharpName.Of(method.ReturnParameter);
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(CSharpName.Of))}>" : "";
        return method.Name is "op_Implicit"
            ? $"static implicit operator {answer}({Parameters(method)})"
            : $"{Modifiers(method)}{answer} {method.Name.Replace("op_", "operator ", StringComparison.Ordinal)}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return extension + string.Join(", ", method.GetParameters().Select(parameter =>
            (parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "")
            + $"{CSharpName.Of(parameter)} {parameter.Name}"
            + (parameter.HasDefaultValue ? $" = {(parameter.RawDefaultValue is null && parameter.ParameterType is { IsValueType: true, IsGenericType: false } ? "default" : Literal(parameter.RawDefaultValue))}" : "")));
    }

    private static string Modifiers(MethodInfo method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
        + (method.IsStatic ? "static " : "")
        + (method.DeclaringType!.IsInterface ? ""
            : method.IsAbstract ? "abstract "
            : method.GetBaseDefinition() != method ? "override "
            : method is { IsVirtual: true, IsFinal: false } && !method.DeclaringType.IsSealed ? "virtual " : "");

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string word => $"\"{word}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>What a record, an accessor or an override of <see cref="object"/> brings along.</summary>
    private static bool IsSynthesized(MethodBase method) =>
        method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || (method is MethodInfo one
            && ((one.IsSpecialName && !one.Name.StartsWith("op_", StringComparison.Ordinal))
                || one.Name.AsSpan().ContainsAny('<', '.')
                || one.GetBaseDefinition().DeclaringType == typeof(object)));

    private static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private void Line(int depth, string line) => text.Append(' ', line.Length == 0 ? 0 : depth * 2).Append(line).Append('\n');
}
