namespace JobService.Core.Routing;

/// <summary>How a value of a payload is compared with that of a rule. Numbers compare by their exact value, strings by their code units; values of different kinds are never equal, smaller or larger.</summary>
public enum Comparison
{
    /// <summary>Is the same string, number, true, false or null.</summary>
    Eq,

    /// <summary>Is there and is not the same.</summary>
    Ne,

    /// <summary>Is a larger number or a later string.</summary>
    Gt,

    Gte,

    Lt,

    Lte,

    /// <summary>Is the same as one of several.</summary>
    In,

    /// <summary>Is there, whatever it is; or isn't.</summary>
    Exists,
}
