using System.Data.Common;

namespace JobService.Worker.Tests.Claiming;

/// <summary>What the driver throws: without a state where the connection broke, with one where the server refused.</summary>
internal sealed class LostAnswerException(string? sqlState = null) : DbException("The connection broke.")
{
    public override string? SqlState => sqlState;
}
