namespace JobService.Api.Json;

/// <summary>A request whose body may be absent; it then asks for nothing in particular.</summary>
internal interface IOptionalBody;
