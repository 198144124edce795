using System.Globalization;

namespace PlexBridge.Benchmarks;

/// <summary>One measured figure beside its target.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure; null where it could not be taken.</param>
/// <param name="Target">The bound.</param>
/// <param name="Unit">Of both.</param>
/// <param name="IsFloor">Whether the bound is a least and not a most.</param>
/// <param name="Note">Spread, conditions, or why there is no figure.</param>
internal sealed record Figure(string Name, double? Value, double Target, string Unit, bool IsFloor = false, string Note = "")
{
    public bool IsMet => Value is { } value && (IsFloor ? value >= Target : value <= Target);

    public string Row => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {(IsFloor ? "≥" : "≤")} {Target:0.##} {Unit} | {(Value is { } value ? $"{value:0.##} {Unit}" : "none")} | {(IsMet ? "met" : "NOT met")} | {Note} |");
}
