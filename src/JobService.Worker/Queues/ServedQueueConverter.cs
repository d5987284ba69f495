using System.ComponentModel;
using System.Globalization;

namespace JobService.Worker.Queues;

/// <summary>Lets a name stand for a queue of which nothing else is said.</summary>
internal sealed class ServedQueueConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string name ? new ServedQueue { Name = name } : base.ConvertFrom(context, culture, value);
}
