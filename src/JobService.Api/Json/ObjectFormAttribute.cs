namespace JobService.Api.Json;

/// <summary>Says which type an object is read as where a value may be written as an object or in a shorter way, so that a fault within the object is told in its words.</summary>
/// <param name="members">The type with the members of the object.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ObjectFormAttribute(Type members) : Attribute
{
    /// <summary>The type with the members of the object.</summary>
    public Type Members { get; } = members;
}
