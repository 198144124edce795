using System.Globalization;

namespace PlexBridge.Benchmarks;

/// <summary>One measured figure beside its target.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure; null where it could not be taken.</param>
/// <param name="Target">The bound; null for what is only told.</param>
/// <param name="Unit">Of both.</param>
/// <param name="IsFloor">Whether the bound is a least and not a most.</param>
/// <param name="Note">Spread, conditions, or why there is no figure.</param>
internal sealed record Figure(string Name, double? Value, double? Target, string Unit, bool IsFloor = false, string Note = "")
{
    public string Row => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {(Target is { } target ? $"{(IsFloor ? "≥" : "≤")} {target:0.##} {Unit}" : "")} | {(Value is { } value ? $"{value:0.##} {Unit}" : "none")} | {Verdict} | {Note} |");

    private string Verdict =>
        Target is null ? "" : Value is { } value && (IsFloor ? value >= Target : value <= Target) ? "met" : "NOT met";
}
