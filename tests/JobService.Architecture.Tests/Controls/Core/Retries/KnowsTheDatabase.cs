using Npgsql;

namespace JobService.Architecture.Tests.Controls.Core.Retries;

/// <summary>Breaks the rule that Npgsql stays under Storage and, being open, the one about classes.</summary>
public class KnowsTheDatabase
{
    public NpgsqlConnection? Connection { get; init; }
}
