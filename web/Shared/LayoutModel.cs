namespace PlexBridge.Web.Shared;

/// <summary>What stands around the content of every page.</summary>
/// <param name="Title">The page's title.</param>
/// <param name="Version">The version in the footer.</param>
/// <param name="EventsAddress">Where the page's server-sent events come from, relative to the page.</param>
/// <param name="Body">The content.</param>
public sealed record LayoutModel(string Title, string Version, string EventsAddress, View Body);
