using System.Globalization;
using PlexBridge.Channels;
using PlexBridge.Web.Admin;

namespace PlexBridge.Dashboard;

/// <summary>Services that don't work, each as a sentence of why; null for one that does.</summary>
internal readonly record struct ServiceFaults(string? Storage, string? Discovery, string? Demo);

/// <summary>What is wrong or worth knowing at one moment, the problems first. Each says what to do.</summary>
internal static class PageWarnings
{
    /// <summary>Before this the clock can't be right: the appliance didn't exist.</summary>
    private static readonly DateTimeOffset EarliestNow = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<WarningModel> Collect(
        Lineup lineup, IReadOnlyList<SourceImport> sources, ServiceFaults faults, DateTimeOffset now)
    {
        var warnings = new List<WarningModel>();
        if (faults.Storage is { } storageFault)
            warnings.Add(new(true, "The database can’t be read", storageFault, "The channels published last stay. This tells more:", "plexbridge check"));
        if (now < EarliestNow)
            warnings.Add(new(true, "The clock is wrong",
                string.Create(CultureInfo.InvariantCulture, $"This machine believes it is {now:yyyy-MM-dd}."),
                "Guides and refreshes go by the clock; set it, best by NTP:", "timedatectl set-ntp true"));
        foreach (var source in sources)
            if (source.Outcome is ImportOutcome.Failed)
                warnings.Add(new(true, $"“{source.Name}” could not be refreshed", Sentence(source.Message, "The last refresh failed."),
                    "The channels of the last good import stay. Once the cause is gone, try again:", $"plexbridge sources refresh {Quote(source.Name)}"));
            else if (source.Outcome is ImportOutcome.Refused)
                warnings.Add(new(true, $"A refresh of “{source.Name}” was refused", Sentence(source.Message, "What came looked wrong."),
                    "The old state stays. If the new one is right, import it with --force:", $"plexbridge import --force --name {Quote(source.Name)} PLAYLIST"));
        if (faults.Demo is { } demoFault)
            warnings.Add(new(true, "The demo has no pictures", demoFault, "The demo makes its pictures with ffmpeg:", "apt install ffmpeg"));
        if (lineup.Omitted > 0)
            warnings.Add(new(false,
                string.Create(CultureInfo.InvariantCulture, $"{lineup.Omitted:N0} channels are left out"),
                string.Create(CultureInfo.InvariantCulture, $"{lineup.EnabledCount:N0} channels are enabled, and the first {lineup.Limit:N0} by number are published: Plex is known to fail with more."),
                "Switch off the groups that nobody watches:", "plexbridge channels set --group NAME --enabled false"));
        if (faults.Discovery is { } discoveryFault)
            warnings.Add(new(false, "The tuner isn’t announced", discoveryFault,
                "In Plex, enter the address above by hand.", null));
        return warnings;
    }

    private static string Sentence(string? message, string otherwise) => string.IsNullOrWhiteSpace(message) ? otherwise : message;

    /// <summary>A name as a shell takes it.</summary>
    private static string Quote(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? name
            : "'" + name.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
