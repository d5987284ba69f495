using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CsCheck;
using JobService.Api.Tests.Jobs;

namespace JobService.Api.Tests.Json;

public sealed class GeneratedJsonTests
{
    private static readonly Gen<string> Space = Gen.OneOfConst("", "", " ", "\n", "\t ");
    private static readonly Gen<string> Text = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.OneOfConst('"', '\\', '/', 'ä', '€', '\u2028', '\u0001')), 0, 12]
        .Select(Gen.Bool, (text, isAscii) => isAscii
            ? JsonSerializer.Serialize(text)
            : JsonSerializer.Serialize(text, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    private static readonly Gen<string> Leaf = Gen.OneOf(
        Text,
        Gen.OneOfConst("null", "true", "false", "-0", "1e-7", "1E+400", "0.10", "\"\\uD83D\\uDE00\"", "\"😀\"", "\"\\\\u0000\""),
        Gen.Long.Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, value) => depth > 4
        ? Leaf
        : Gen.OneOf(
            Leaf,
            Gen.Select(value, Space, (item, space) => space + item + space).Array[0, 4].Select(items => $"[{string.Join(',', items)}]"),
            Gen.Select(Gen.Select(Text, value, Space).Array[0, 5], Gen.Int[0, 9], (members, salt) => Object(members, salt))));

    [Fact]
    public void Any_payload_comes_out_byte_for_byte() =>
        Value.Sample(payload =>
        {
            var job = Requests.Accepted($$$"""{"type":"a","payload":{{{payload}}},"metadata":{"m":{{{payload}}}}}""");
            return job.Payload.Span.SequenceEqual(Encoding.UTF8.GetBytes(payload))
                && job.Metadata!.Value.Span.SequenceEqual(Encoding.UTF8.GetBytes($$$"""{"m":{{{payload}}}}"""));
        }, time: 3);

    [Fact]
    public void Whatever_is_done_to_a_body_it_is_refused_or_storable()
    {
        var body = """
            {"type":"email.send","payload":{"to":"a\u00e4\uD83D\uDE00\\u0000","n":[1,2,{"k":"v😀"}]},"queue":"high","priority":5,"delay":"10m",
             "retry":{"maxAttempts":10,"backoff":"list","delays":[1,"2s"],"retryOn":["*"]},"timeout":{"soft":"30s","hard":60},"tags":{"tenant":"42"},"metadata":{"x":1}}
            """u8.ToArray();
        var bytes = Gen.OneOf(Gen.Byte, Gen.OneOfConst("\"\\u{}[]:,0dD8".Select(c => (byte)c).ToArray()));
        var change = Gen.Select(Gen.Int[0, body.Length - 1], Gen.Int[0, 8], bytes.Array[0, 8]);

        change.Array[1, 4].Sample(changes =>
        {
            var mutated = body.ToList();
            foreach (var (at, removed, inserted) in changes)
            {
                var start = Math.Min(at, mutated.Count);
                mutated.RemoveRange(start, Math.Min(removed, mutated.Count - start));
                mutated.InsertRange(start, inserted);
            }

            return Requests.Enqueue([.. mutated]).IsRefused(out _, out var job) || IsStorable(job.Payload.Span);
        }, time: 3);
    }

    private static string Object((string Name, string Value, string Space)[] members, int salt) =>
        $"{{{string.Join(',', members.Select((member, i) => $"{member.Space}\"{i}{salt}{member.Name[1..]}:{member.Space}{member.Value}"))}}}";

    // A JSON parser that is not ours must read it, into strings that are whole and hold no NUL.
    private static bool IsStorable(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return false;

        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString()!.Contains('\0', StringComparison.Ordinal))
                return false;
        }

        return true;
    }
}
