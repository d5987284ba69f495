using System.ComponentModel.DataAnnotations;

namespace JobService.Core.Storage;

/// <summary>Where the database is; bound to <c>JobService:Database</c>. A configured connection string makes the rest needless.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "JobService:Database";
    public const int DefaultMaxConnections = 20;

    /// <summary>
    /// The home of the private PostgreSQL that Development starts when no connection is configured. Default
    /// <c>/var/lib/jobservice</c> for root, else <c>jobservice</c> in the user's local application data.
    /// </summary>
    public string? DataFolder { get; set; }

    /// <summary>The folder with <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>, version 15 or newer; default: looked for in the usual places.</summary>
    public string? PostgresBinaries { get; set; }

    /// <summary>Whether a starting process brings the schema up to date; default true. Set it to false where a deployment step migrates.</summary>
    public bool Migrate { get; set; } = true;

    /// <summary>
    /// How many connections the calls that this process serves may take to change jobs, and as many again to read them: 1–1,000, default 20.
    /// Its own loops have up to 12 more, which no call can take from them.
    /// </summary>
    [Range(1, 1_000, ErrorMessage = $"{Section}:{nameof(MaxConnections)} must be between 1 and 1000.")]
    public int MaxConnections { get; set; } = DefaultMaxConnections;
}
