using System.Reflection;

namespace JobService.Architecture.Tests;

/// <summary>The banned symbols are banned in every form they have.</summary>
public sealed class BanTests
{
    [Fact]
    public void Each_way_to_write_to_the_console_is_banned()
    {
        var banned = File.ReadLines(Path.Combine(Product.Root, "eng/BannedSymbols.txt")).Select(line => line.Split(';')[0]).ToArray();

        Assert.Empty(typeof(Console).GetMethods().Where(method => method.Name is "Write" or "WriteLine").Select(DocumentationId).Except(banned));
    }

    private static string DocumentationId(MethodInfo method)
    {
        var parameters = string.Join(",", method.GetParameters().Select(parameter => parameter.ParameterType switch
        {
            { IsGenericType: true } type => $"{type.GetGenericTypeDefinition().FullName!.Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(one => one.FullName))}}}",
            var type => type.FullName,
        }));
        return $"M:{method.DeclaringType!.FullName}.{method.Name}{(parameters.Length == 0 ? "" : $"({parameters})")}";
    }
}
