using PlexBridge.Web.Admin;

namespace PlexBridge.Dashboard;

/// <summary>A source and its last import as the page shows them.</summary>
/// <param name="Place">Where it comes from, without credentials.</param>
/// <param name="Message">The reason of a refusal or failure, else null.</param>
/// <param name="ImportedAt">When the last import ended, or began if it still runs.</param>
internal sealed record SourceImport(
    string Name, string Place, ImportOutcome Outcome, string? Message, DateTimeOffset? ImportedAt, DateTimeOffset? NextRefresh, ImportCounts? Counts);
