using System.Diagnostics.CodeAnalysis;

namespace PlexBridge.Settings;

/// <summary>How values of one kind are written and read. Immutable.</summary>
/// <param name="Unit">What a value looks like, for lists and help.</param>
/// <param name="Remedy">Half a sentence that follows "write": "a whole number from 1 to 255".</param>
internal sealed record SettingFormat<T>(string Unit, string Remedy, SettingFormat<T>.Reader TryRead, Func<T, string> Write)
{
    internal delegate bool Reader(string text, [MaybeNullWhen(false)] out T value);
}
