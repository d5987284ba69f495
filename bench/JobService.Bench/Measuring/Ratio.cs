namespace JobService.Bench.Measuring;

/// <summary>What a goal came to.</summary>
internal sealed record Ratio(Goal Goal, double Median, double Min, double Max)
{
    public bool IsReached => Goal.IsLessBetter ? Median <= Goal.AtLeast : Median >= Goal.AtLeast;

    public bool IsAimed => Goal.IsLessBetter ? Median <= Goal.Aim : Median >= Goal.Aim;
}
