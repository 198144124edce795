namespace PlexBridge.Settings;

/// <summary>A value that was refused.</summary>
internal sealed record SettingProblem(Setting Setting, string Text, string Place, string Remedy)
{
    public override string ToString() => $"The setting {Setting.Key} = '{Text}' (from {Place}) is not valid: write {Remedy}.";
}

/// <summary>What combining the layers gave: a snapshot of what is valid, and what is wrong with the rest.</summary>
internal sealed record SettingsReading(SettingsSnapshot Snapshot, IReadOnlyList<SettingProblem> Problems, IReadOnlyList<string> Warnings)
{
    /// <summary>The strongest layer that names a key wins.</summary>
    /// <param name="layers">In any order.</param>
    /// <param name="previous">Keeps its value for a key whose new value is refused.</param>
    public static SettingsReading Of(IEnumerable<SettingsLayer> layers, SettingsSnapshot? previous = null)
    {
        // Stable: of two files the one given first is the stronger.
        var strongestFirst = layers.OrderByDescending(layer => layer.Origin).ToList();
        var values = new List<SettingValue>();
        var problems = new List<SettingProblem>();
        foreach (var setting in SettingsCatalog.All)
        {
            if (strongestFirst.FirstOrDefault(layer => layer.Values.ContainsKey(setting.Key)) is not { } layer) continue;
            var text = layer.Values[setting.Key];
            var place = layer.PlaceOf(setting);
            if (setting.TryRead(text, out var value, out var remedy))
            {
                values.Add(new SettingValue(setting, value, setting.Write(value), layer.Origin, place));
                continue;
            }

            problems.Add(new SettingProblem(setting, text, place, remedy));
            if (previous is not null) values.Add(previous.Find(setting));
        }

        return new(new SettingsSnapshot(values), problems, [.. strongestFirst.SelectMany(WarnOfUnknown)]);
    }

    /// <summary>The snapshot, or the exception that stops the start.</summary>
    public SettingsSnapshot Require() => Problems.Count == 0
        ? Snapshot
        : throw new SettingsException(string.Join(" ", Problems));

    private static IEnumerable<string> WarnOfUnknown(SettingsLayer layer)
    {
        foreach (var key in layer.Values.Keys)
        {
            if (SettingsCatalog.All.Any(setting => setting.Key == key)) continue;
            var names = SettingsCatalog.All.Select(setting => layer.Origin == SettingOrigin.Environment ? setting.EnvironmentName : setting.Key);
            var suggestion = Suggestion.For(key, names) is { } similar ? $" Did you mean {similar}?" : "";
            yield return $"{key} (from {layer.Place ?? "the environment"}) is no setting and has no effect.{suggestion}";
        }
    }
}
