using System.Globalization;
using System.Numerics;
using JobService.Api.Json;
using JobService.Core.Errors;

namespace JobService.Api.Schedules;

/// <summary>The number and the cursor of a query string.</summary>
internal static class ScheduleQuery
{
    /// <summary>Reads them; the number by the name that it goes by.</summary>
    public static Result<(int Number, string? Cursor)> Read(IQueryCollection query, string number, int standard, int most)
    {
        var faults = new RequestFaults();
        BigInteger value = standard;
        if (query.TryGetValue(number, out var given) && (given.Count != 1 || !BigInteger.TryParse(given[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)))
            return new Refusal.Malformed([new Fault(number, "Expected one whole number.")]);
        faults.Number<BigInteger>(number, value, 1, most);
        if (faults.Any)
            return faults.ToRefusal();
        return ((int)value, query.TryGetValue("cursor", out var cursor) ? cursor.ToString() : null);
    }

    public static Refusal BadCursor => new Refusal.Malformed([new Fault("cursor", "This is not a cursor of this list; take nextCursor of its last page.")]);
}
