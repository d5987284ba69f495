using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace JobService.Architecture.Tests;

/// <summary>How types are declared. Each rule takes the types it looks at and returns what breaks it.</summary>
internal static class TypeRules
{
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>A class of ours that anyone could inherit from.</summary>
    public static IEnumerable<string> OpenClasses(IEnumerable<Type> types) =>
        from type in types
        where type is { IsClass: true, IsSealed: false, IsAbstract: false }
        where (type.Namespace ?? "").StartsWith("JobService", StringComparison.Ordinal) && IsOurs(type)
        select type.FullName;

    /// <summary>Names that say nothing, of types and of their members; what is overridden or implemented was named elsewhere.</summary>
    public static IEnumerable<string> EmptyWords(IEnumerable<Type> types) =>
        from type in types
        where IsOurs(type)
        from name in type.GetMembers(Declared).Where(member => !IsNamedElsewhere(member)).Select(member => member.Name).Prepend(type.Name)
        where Words.SayNothing(name)
        select string.Equals(name, type.Name, StringComparison.Ordinal) ? type.Name : $"{type.Name}.{name}";

    /// <summary>
    /// Public types of one project that no file of another uses, and that no public signature of such a type leads to: what is
    /// public is kept for ever, so it is public only where someone needs it. An entry point is made public by the SDK.
    /// </summary>
    public static IEnumerable<string> NeedlesslyPublic(IEnumerable<Type> types, IReadOnlyCollection<SourceFile> users)
    {
        var all = types.Where(type => type is { IsPublic: true, Namespace: not null } && IsOurs(type)).ToArray();
        var needed = new HashSet<Type>();
        var found = new Stack<Type>(all.Where(type => users.Any(file => Uses(file, type))));
        while (found.TryPop(out var type))
        {
            if (!needed.Add(type))
                continue;
            foreach (var next in Signatures.TypesOf(type))
                found.Push(next);
        }

        return all.Where(type => !needed.Contains(type)).Select(type => type.FullName!);
    }

    /// <summary>A file names a type, or calls one of its extension methods, and says where it is from.</summary>
    private static bool Uses(SourceFile file, Type type)
    {
        if (type.Namespace is { } home && !file.Text.Contains($"using {home};", StringComparison.Ordinal))
            return false;
        var name = type.Name.Split('`')[0];
        var names = type.IsSubclassOf(typeof(Attribute)) ? [name, name[..^"Attribute".Length]]
            : type is { IsAbstract: true, IsSealed: true } ? type.GetMethods(Declared).Where(method => method.IsPublic).Select(method => method.Name).Append(name)
            : (IEnumerable<string>)[name];
        return names.Any(word => Regex.IsMatch(file.Text, $@"\b{word}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private static bool IsOurs(Type type) =>
        !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && !type.IsDefined(typeof(GeneratedCodeAttribute), inherit: false)
        && !type.Name.Contains('<', StringComparison.Ordinal);

    private static bool IsNamedElsewhere(MemberInfo member) =>
        member.Name.AsSpan().ContainsAny('<', '.')
        || member is Type
        || member is MethodBase { IsSpecialName: true }
        || (member is MethodInfo method && method.GetBaseDefinition().DeclaringType != method.DeclaringType)
        || (member is PropertyInfo property && property.GetAccessors(nonPublic: true).Any(accessor => accessor.GetBaseDefinition().DeclaringType != accessor.DeclaringType));
}
