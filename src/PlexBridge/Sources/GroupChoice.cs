using PlexBridge.Formats.Text;

namespace PlexBridge.Sources;

/// <summary>Which groups become enabled channels. Names compare folded: case, accents and extra blanks don't count.</summary>
internal sealed class GroupChoice
{
    private readonly HashSet<string>? _folded;
    private readonly Dictionary<string, bool> _answers = new(StringComparer.Ordinal);

    /// <param name="groups">Null: all.</param>
    public GroupChoice(IReadOnlyList<string>? groups) =>
        _folded = groups is null ? null : [.. groups.Select(group => TextFolding.Fold(group))];

    /// <summary>True where the group, or one of a list divided by ';', is chosen.</summary>
    public bool IsChosen(string? groups)
    {
        if (_folded is null)
            return true;
        groups ??= "";
        if (!_answers.TryGetValue(groups, out var isChosen))
        {
            isChosen = _folded.Contains(TextFolding.Fold(groups))
                || groups.Split(';').Any(group => _folded.Contains(TextFolding.Fold(group)));
            _answers[groups] = isChosen;
        }
        return isChosen;
    }
}
