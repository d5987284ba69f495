using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

public sealed class TimeZonesTests
{
    [Theory]
    [InlineData("Europe/Vienna")]
    [InlineData("America/Argentina/Buenos_Aires")]
    [InlineData("America/Port-au-Prince")]
    [InlineData("Etc/GMT+5")]
    [InlineData("US/Pacific")]
    [InlineData("UTC")]
    public void A_name_of_the_database_is_a_zone(string name)
    {
        Assert.Equal(name, TimeZones.Find(name, out var fault)?.Id);
        Assert.Equal("", fault);
    }

    [Theory]
    [InlineData("Japan", "Asia/Tokyo")]
    [InlineData("japan", "Asia/Tokyo")]
    [InlineData("Singapore", "Asia/Singapore")]
    [InlineData("Israel", "Asia/Jerusalem")]
    [InlineData("Turkey", "Europe/Istanbul")]
    [InlineData("NZ", "Pacific/Auckland")]
    [InlineData("GMT", "UTC")]
    [InlineData("Zulu", "UTC")]
    public void An_old_name_is_refused_with_the_one_to_use(string name, string instead)
    {
        Assert.Null(TimeZones.Find(name, out var fault));
        Assert.Contains($"an old name of {instead}; give that", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EET")]
    [InlineData("EST")]
    [InlineData("PST8PDT")]
    [InlineData("Factory")]
    public void What_no_place_goes_by_is_refused_for_that(string name)
    {
        Assert.Null(TimeZones.Find(name, out var fault));
        Assert.Contains("no place goes by it", fault, StringComparison.Ordinal);
    }

    /// <summary>Each asks for a zone that nothing here has read: .NET alone would not know it until then.</summary>
    [Theory]
    [InlineData("us/samoa", "US/Samoa")]
    [InlineData("ATLANTIC/JAN_MAYEN", "Atlantic/Jan_Mayen")]
    [InlineData("Etc/gmt-14", "Etc/GMT-14")]
    public void Another_case_of_a_name_is_told_whatever_was_asked_before(string name, string instead)
    {
        Assert.Null(TimeZones.Find(name, out var fault));
        Assert.Contains($"did you mean {instead}?", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CST")]
    [InlineData("Mars/Olympus_Mons")]
    [InlineData("posix/Europe/Vienna")]
    [InlineData("right/Europe/Vienna")]
    [InlineData("localtime")]
    [InlineData("zone.tab")]
    [InlineData("Europe")]
    [InlineData("Europe/")]
    public void What_is_no_name_is_told_to_be_none(string name)
    {
        Assert.Null(TimeZones.Find(name, out var fault));
        Assert.StartsWith($"There is no time zone '{name}'.", fault, StringComparison.Ordinal);
    }
}
