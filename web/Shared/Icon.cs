namespace PlexBridge.Web.Shared;

/// <summary>The drawings in icons.svg, each by its name there. They are decoration: the words beside them carry the meaning.</summary>
internal static class Icon
{
    private static readonly string Sheet = StaticAsset.Address("icons.svg");

    public static Markup Copy { get; } = Of("copy");

    public static Markup Screen { get; } = Of("screen");

    public static Markup Source { get; } = Of("source");

    public static Markup Channels { get; } = Of("channels");

    public static Markup Plug { get; } = Of("plug");

    public static Markup Warning { get; } = Of("warning");

    public static Markup Search { get; } = Of("search");

    public static Markup Star { get; } = Of("star");

    public static Markup Logo { get; } = Of("logo");

    private static Markup Of(string name) =>
        new($"<svg class=\"icon icon-{name}\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{Sheet}#{name}\"></use></svg>");
}
