using System.Text;
using System.Text.Json;
using JobService.Core.Jobs.Json;

namespace JobService.Core.Routing;

/// <summary>A condition of a payload with its operands read.</summary>
internal sealed class CompiledCondition
{
    private readonly PayloadCondition source;
    private readonly Operand[] operands;

    public CompiledCondition(PayloadCondition source, int place)
    {
        (this.source, Place) = (source, place);
        using var document = JsonDocument.Parse(source.Operand);
        var root = document.RootElement;
        operands = source.Comparison == Comparison.In ? [.. root.EnumerateArray().Select(Operand.Of)] : [Operand.Of(root)];
    }

    /// <summary>The number of the place it looks at.</summary>
    public int Place { get; }

    public bool IsMet(ReadOnlySpan<byte> json, FoundValue value)
    {
        if (source.Comparison == Comparison.Exists)
            return value.IsThere == (operands[0].Kind == JsonTokenType.True);
        if (!value.IsThere)
            return false;

        switch (source.Comparison)
        {
            case Comparison.Eq or Comparison.In:
                return IsAny(json, value);
            case Comparison.Ne:
                return !IsAny(json, value);
            default:
                var order = Order(json, value, operands[0]);
                return source.Comparison switch
                {
                    Comparison.Gt => order > 0,
                    Comparison.Gte => order >= 0,
                    Comparison.Lt => order < 0,
                    _ => order <= 0,
                };
        }
    }

    /// <summary>What it asks, and what is there.</summary>
    public string WhyNot(ReadOnlySpan<byte> json, FoundValue value)
    {
        const int shown = 60;
        var asked = $"{JsonNamingPolicy.CamelCase.ConvertName(source.Comparison.ToString())} {source.Operand}";
        if (!value.IsThere)
            return $"{Place(source.Pointer)} is not there, and the rule asks for {asked}.";
        var text = value.Kind is JsonTokenType.StartObject ? "an object" : value.Kind is JsonTokenType.StartArray ? "an array" : Encoding.UTF8.GetString(value.Text(json));
        return $"{Place(source.Pointer)} is {(text.Length > shown ? text[..shown] + "…" : text)}, and the rule asks for {asked}.";

        static string Place(string pointer) => pointer.Length == 0 ? "The payload" : pointer;
    }

    private bool IsAny(ReadOnlySpan<byte> json, FoundValue value)
    {
        foreach (var operand in operands)
        {
            var isSame = value.Kind == operand.Kind && value.Kind switch
            {
                JsonTokenType.Number => Order(json, value, operand) == 0,
                JsonTokenType.String => IsText(value.Text(json), operand.Text),
                JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null => true,
                _ => false,
            };
            if (isSame)
                return true;
        }

        return false;
    }

    private static int? Order(ReadOnlySpan<byte> json, FoundValue value, Operand operand) => (value.Kind, operand.Kind) switch
    {
        (JsonTokenType.Number, JsonTokenType.Number) => JsonNumber.Compare(value.Number, value.Text(json), operand.Number, operand.Text),
        (JsonTokenType.String, JsonTokenType.String) => string.CompareOrdinal(StringOf(value.Text(json)), Encoding.UTF8.GetString(operand.Text)),
        _ => null,
    };

    private static bool IsText(ReadOnlySpan<byte> literal, ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(literal);
        reader.Read();
        return reader.ValueTextEquals(text);
    }

    private static string StringOf(ReadOnlySpan<byte> literal)
    {
        var reader = new Utf8JsonReader(literal);
        reader.Read();
        return reader.GetString()!;
    }

    /// <param name="Kind">What it is.</param>
    /// <param name="Text">Of a string its characters, else the JSON.</param>
    /// <param name="Number">Of a number, its value.</param>
    private sealed record Operand(JsonTokenType Kind, byte[] Text, JsonNumber Number)
    {
        public static Operand Of(JsonElement json)
        {
            var text = Encoding.UTF8.GetBytes(json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText());
            return json.ValueKind switch
            {
                JsonValueKind.Number => new(JsonTokenType.Number, text, JsonNumber.Read(text)),
                JsonValueKind.String => new(JsonTokenType.String, text, default),
                JsonValueKind.True => new(JsonTokenType.True, text, default),
                JsonValueKind.False => new(JsonTokenType.False, text, default),
                _ => new(JsonTokenType.Null, text, default),
            };
        }
    }
}
