namespace JobService.Core.Schedules;

/// <summary>What a field of a cron expression allows: values, and days that differ from month to month.</summary>
internal sealed class CronValues
{
    private readonly ulong plain;

    public CronValues(CronField field, IReadOnlyList<CronItem> items)
    {
        (Field, Items) = (field, items);
        IsAny = items.Any(item => item is CronItem.Every { Step: 1 });
        HasMovingDays = items.Any(item => item is not (CronItem.Every or CronItem.Value or CronItem.Range));
        foreach (var item in items)
        {
            foreach (var value in ValuesOf(item))
                plain |= 1UL << value;
        }
    }

    public CronField Field { get; }

    public IReadOnlyList<CronItem> Items { get; }

    /// <summary>Whether it says nothing: <c>*</c> or <c>?</c>.</summary>
    public bool IsAny { get; }

    /// <summary>Whether it names each of its values: then a rule is of times of the day, else of steps through it.</summary>
    public bool IsNamed => Items.All(item => item is CronItem.Value);

    /// <summary>Whether some of its days differ from month to month.</summary>
    public bool HasMovingDays { get; }

    /// <summary>What is allowed in any month, each value as the bit of its number.</summary>
    public ulong Bits => plain;

    /// <summary>In order.</summary>
    public IEnumerable<int> Values => Enumerable.Range(Field.Min, Field.Cycle).Where(Allows);

    /// <summary>Whether the value is allowed in any month.</summary>
    public bool Allows(int value) => (plain >> value & 1) == 1;

    private IEnumerable<int> ValuesOf(CronItem item) => item switch
    {
        CronItem.Every every => Steps(Field.Min, Field.Cycle, every.Step),
        CronItem.Value value => [Field.Wrap(value.At)],
        CronItem.Range range => Steps(range.From, 1 + ((range.To - range.From + Field.Cycle) % Field.Cycle), range.Step, isWhole: range.To - range.From >= Field.Cycle),
        _ => [],
    };

    /// <summary>From the first one, so many values, each so far from the one before; 0–7 of the days of the week is the whole cycle.</summary>
    private IEnumerable<int> Steps(int first, int count, int step, bool isWhole = false)
    {
        for (var i = 0; i < (isWhole ? Field.Cycle : count); i += step)
            yield return Field.Wrap(first + i);
    }
}
