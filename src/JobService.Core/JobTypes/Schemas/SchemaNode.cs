using System.Text.Json;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>A schema or a part of one: its keywords as checks. It may lead back to itself, as long as the value gets smaller on the way.</summary>
/// <param name="pointer">Where it stands in the schema.</param>
internal sealed class SchemaNode(string pointer)
{
    public static readonly SchemaNode Anything = new("");

    public string Pointer => pointer;

    public List<SchemaCheck> Checks { get; } = [];

    /// <summary>Other schemas that look at the same value.</summary>
    public List<SchemaNode> InPlace { get; } = [];

    public bool Check(JsonElement value, SchemaRun run)
    {
        if (!run.Spend(1))
            return false;
        var isRight = true;
        foreach (var check in Checks)
        {
            isRight &= check(value, run);

            // Where nobody is told, one fault is enough.
            if (!isRight && (run.IsSilent || run.IsSpent))
                return false;
        }

        return isRight;
    }
}
