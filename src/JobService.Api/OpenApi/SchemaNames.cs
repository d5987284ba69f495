namespace JobService.Api.OpenApi;

/// <summary>What schemas are called: by what they are, not by how the code parts them.</summary>
internal static class SchemaNames
{
    private const string Answer = "Response";

    public static string Of(Type type) => type.Name switch
    {
        "ExplainResponse" => "Explanation",
        "RestartRequest" => "RetryJobRequest",
        "RetryRequest" => "RetryPolicyRequest",
        "RetryResponse" => "RetryPolicy",
        "SequenceMembers" => "SequencePolicyRequest",
        "JobSequenceResponse" => "SequencePolicy",
        "TimeoutLimits" => "TimeoutLimitsRequest",
        "UniqueRequest" => "UniquePolicyRequest",
        "UniqueResponse" => "UniquePolicy",
        "Fault" => "ProblemFault",
        var name when name.EndsWith(Answer, StringComparison.Ordinal) => name[..^Answer.Length],
        var name => name,
    };
}
