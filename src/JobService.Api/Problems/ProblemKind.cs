using System.Text.Json.Serialization;

namespace JobService.Api.Problems;

/// <summary>One kind of problem: what its <c>type</c> stands for, for good. Served at <c>GET /problems/{slug}</c>.</summary>
internal sealed record ProblemKind
{
    public static readonly ProblemKind Malformed = new("malformed", 400, "The request can't be read", "The body is not JSON, a member has the wrong type, a string holds what can't be stored, or a cursor or header is not of its form.", "Correct what `errors` points at. Sending the same request again won't help.");
    public static readonly ProblemKind Unauthorized = new("unauthorized", 401, "Credentials are needed", "The request carries no credentials, or none that are valid.", "Send `Authorization: Bearer <api key>`.");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "Not allowed", "The credentials are valid but don't allow this.", "Use a key whose role and scope allow it.");
    public static readonly ProblemKind NotFound = new("not-found", 404, "Not found", "There is nothing at this path, or nothing of this id for this caller.", "Check the path and the id.");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "Not with this method", "The path exists, but not with this HTTP method.", "Use one of the methods in the `Allow` header.");
    public static readonly ProblemKind NotAcceptable = new("not-acceptable", 406, "No acceptable representation", "The `Accept` header leaves nothing the service can write.", "Accept `application/json`.");
    public static readonly ProblemKind RequestTimeout = new("request-timeout", 408, "The request came too slowly", "The body did not arrive in time.", "Send it again, faster.");
    public static readonly ProblemKind WrongState = new("wrong-state", 409, "The state does not allow this", "`from` is the state the job, the schedule or the bulk action is in; `allowed` are the states in which it could be done.", "Read it again; it may have moved on.");
    public static readonly ProblemKind JobFailed = new("job-failed", 409, "The job failed", "There is no result because the job ended in failed. `reason` and `error` say why.", "Read its attempts; retry or replay it once the cause is gone.");
    public static readonly ProblemKind JobCancelled = new("job-cancelled", 409, "The job was cancelled", "There is no result because the job was cancelled. `reason` says why.", "Retry or replay it if it is wanted after all.");
    public static readonly ProblemKind UniqueConflict = new("unique-conflict", 409, "The unique key is held", "Another job holds the unique key: `holder`.", "Wait for that job, or ask for another `onConflict` than `reject`.");
    public static readonly ProblemKind IdempotencyKeyInFlight = new("idempotency-key-in-flight", 409, "The same request is under way", "A request with this `Idempotency-Key` came before, and has no answer yet.", "Wait as long as `Retry-After` says and send it again: it gets that answer.");
    public static readonly ProblemKind Gone = new("gone", 410, "No longer there", "It existed, but retention has removed it or it was erased.", "Nothing brings it back. Keep results longer with `keepResult`, or fetch them sooner.");
    public static readonly ProblemKind PreconditionFailed = new("precondition-failed", 412, "It has changed in the meantime", "The `If-Match` header names another version than the current one.", "Read it again, and repeat the change with the new `ETag`.");
    public static readonly ProblemKind TooLarge = new("too-large", 413, "Too large", "The body or one of its parts has more bytes or items than are taken.", "Send less at once; put large inputs elsewhere and a reference to them in the payload.");
    public static readonly ProblemKind UriTooLong = new("uri-too-long", 414, "The URL is too long", "The path and query have more characters than are taken.", "Ask for less in one request.");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", 415, "Not a supported media type", "The body is not of a type this path reads.", "Send `Content-Type: application/json`, in UTF-8 and not compressed.");
    public static readonly ProblemKind Invalid = new("invalid", 422, "The request is not acceptable", "It is well-formed, but a value is out of its range, a member is unknown or missing, or values contradict each other.", "Correct everything in `errors`; all faults are listed at once.");
    public static readonly ProblemKind IdempotencyKeyReused = new("idempotency-key-reused", 422, "The Idempotency-Key belongs to another request", "The key came with another method, path or body in the last 24 hours.", "Take a new key for each new request, and the same one only to send the same bytes again.");
    public static readonly ProblemKind PreconditionRequired = new("precondition-required", 428, "A precondition is required", "This change is only made to a version the caller knows.", "Send `If-Match` with the `ETag` of the last read.");
    public static readonly ProblemKind Overloaded = new("overloaded", 429, "Too much at once", "More work is coming in than can be taken just now. Nothing was stored.", "Wait as long as `Retry-After` says and send it again.");
    public static readonly ProblemKind QueueFull = new("queue-full", 429, "The queue is full", "As many jobs wait in the queue as its `maxDepth` lets in. Nothing was stored.", "Wait as long as `Retry-After` says and send it again, or raise the `maxDepth` of the queue.");
    public static readonly ProblemKind HeadersTooLarge = new("headers-too-large", 431, "The headers are too large", "The request's headers have more bytes than are taken.", "Send fewer or shorter headers.");
    public static readonly ProblemKind InternalError = new("internal-error", 500, "Something went wrong in the service", "A fault of the service, not of the request. It is in the service's log.", "Try again later; if it stays, tell whoever runs the service when it happened.");
    public static readonly ProblemKind Unavailable = new("unavailable", 503, "The database can't be used", "The database is away, takes too long to answer or is not migrated to this version, or it is unknown whether the change was made.", "Wait as long as `Retry-After` says, look whether the change was made, and send it again if not.");
    public static readonly ProblemKind InUse = new("in-use", 503, "It is in use just now", "Another call, a claim or a transaction that is still open keeps something of it for too long. Nothing was done.", "Wait as long as `Retry-After` says and send it again.");

    /// <summary>Every kind, by status.</summary>
    public static readonly IReadOnlyList<ProblemKind> All =
    [
        Malformed, Unauthorized, Forbidden, NotFound, MethodNotAllowed, NotAcceptable, RequestTimeout, WrongState, JobFailed, JobCancelled,
        UniqueConflict, IdempotencyKeyInFlight, Gone, PreconditionFailed, TooLarge, UriTooLong, UnsupportedMediaType, Invalid, IdempotencyKeyReused, PreconditionRequired, Overloaded, QueueFull, HeadersTooLarge, InternalError, Unavailable, InUse,
    ];

    private ProblemKind(string slug, int status, string title, string meaning, string remedy) =>
        (Slug, Status, Title, Meaning, Remedy) = (slug, status, title, meaning, remedy);

    [JsonIgnore]
    public string Slug { get; }

    /// <summary>The stable identifier; relative to the service, where it leads to this description.</summary>
    public string Type => "/problems/" + Slug;

    public string Title { get; }

    public int Status { get; }

    /// <summary>What it means.</summary>
    public string Meaning { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }

    public static ProblemKind? Find(string slug) => All.FirstOrDefault(kind => string.Equals(kind.Slug, slug, StringComparison.Ordinal));

    /// <summary>The kind of a status that came without any more detail.</summary>
    public static ProblemKind OfStatus(int status) =>
        All.FirstOrDefault(kind => kind.Status == status) ?? (status >= 500 ? InternalError : Malformed);
}
