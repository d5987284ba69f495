namespace JobService.Core.Handlers;

/// <summary>The stable job type a handler is registered under when the registration names none.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class JobAttribute(string type) : Attribute
{
    public string Type { get; } = type;
}
