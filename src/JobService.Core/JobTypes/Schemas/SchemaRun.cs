using System.Globalization;
using System.Text;
using JobService.Core.Errors;

namespace JobService.Core.JobTypes.Schemas;

/// <summary>One check of one payload: where it is, what was found, and how many steps are left.</summary>
/// <param name="root">The pointer to the payload.</param>
/// <param name="ofRequest">The steps of all payloads of a request; null for one by itself.</param>
internal sealed class SchemaRun(string root, CheckSteps? ofRequest)
{
    /// <summary>Each value that a schema looks at is a step, and so are 16 bytes of a text that is compared or matched. A payload of a megabyte has some 500,000 values at most.</summary>
    public const int MaxSteps = 2_000_000;

    private const int MaxFaults = 20;

    private readonly List<Fault> faults = [];
    private readonly List<object> path = [];
    private int left = MaxSteps;
    private int silences;

    public IReadOnlyList<Fault> Faults => faults;

    /// <summary>Whether what is tried may fail without a fault: one of several, or one that must fail.</summary>
    public bool IsSilent => silences > 0;

    public bool IsSpent => left < 0;

    /// <summary>False when the payload has taken more steps than it may.</summary>
    public bool Spend(int steps)
    {
        if (left < 0)
            return false;
        if ((left -= steps) < 0)
        {
            faults.Add(new Fault(root, "To check it against the schema of its type takes too many steps. Make the payload smaller, or the schema simpler."));
        }
        else if (ofRequest?.TrySpend(steps) == false)
        {
            left = -1;
            faults.Add(new Fault(root, "To check the payloads of one request against the schemas of their types takes too many steps. Send fewer jobs at once."));
        }

        return left >= 0;
    }

    /// <summary>Always false, so that a check can return it.</summary>
    public bool Fail(string detail)
    {
        if (!IsSilent && faults.Count < MaxFaults)
            faults.Add(new Fault(Pointer(), detail));
        return false;
    }

    /// <summary>The same of a member, which may not be there.</summary>
    public bool FailAt(string member, string detail)
    {
        Enter(member);
        Fail(detail);
        Leave();
        return false;
    }

    public void Enter(object step) => path.Add(step);

    public void Leave() => path.RemoveAt(path.Count - 1);

    public void BeSilent() => silences++;

    public void Speak() => silences--;

    private string Pointer()
    {
        var pointer = new StringBuilder(root);
        foreach (var step in path)
        {
            var name = step as string ?? Convert.ToString(step, CultureInfo.InvariantCulture)!;
            if (pointer.Length + name.Length >= Fault.LongName)
                break;
            pointer.Append(Fault.StepTo(name));
        }

        return pointer.ToString();
    }
}
