namespace PlexBridge.Formats.Dash;

/// <summary>One element of a manifest: its places in the text, its attributes as written and what is inside it.</summary>
internal sealed class DashElement(DashTag tag, DashElement? parent)
{
    public string Name => tag.Name;

    public DashElement? Parent => parent;

    /// <summary>Where its &lt; stands.</summary>
    public int Start => tag.Start;

    /// <summary>Behind its opening tag.</summary>
    public int ContentStart => tag.End;

    /// <summary>The &lt; of its closing tag.</summary>
    public int ContentEnd { get; set; } = tag.End;

    /// <summary>Behind its closing tag.</summary>
    public int End { get; set; } = tag.End;

    public List<DashElement> Children { get; } = [];

    /// <summary>Name and place of the value.</summary>
    public List<(string Name, int Start, int Length)> Attributes { get; } = [];

    public IEnumerable<DashElement> Below() => Children.SelectMany(child => child.Below().Prepend(child));

    public IEnumerable<DashElement> Named(string name) => Children.Where(child => child.Name == name);
}

/// <summary>A manifest's text and its elements as a tree, bounded in size, depth and number.</summary>
internal sealed class DashTree
{
    private const int MostElements = 200_000;
    private const int Deepest = 32;

    private DashTree(string text, DashElement root) => (Text, Root) = (text, root);

    public string Text { get; }

    public DashElement Root { get; }

    /// <summary>The tree; null where the text is no XML or goes past the bounds.</summary>
    public static DashTree? Read(string text)
    {
        var tags = new DashTags(text);
        DashElement? root = null;
        DashElement? open = null;
        var depth = 0;
        for (var count = 0; tags.Next() is { } tag; count++)
        {
            if (count > MostElements || depth > Deepest)
                return null;
            if (tag.IsClosing)
            {
                if (open is null || open.Name != tag.Name)
                    return null;
                (open.ContentEnd, open.End) = (tag.Start, tag.End);
                (open, depth) = (open.Parent, depth - 1);
                if (open is null)
                    return new DashTree(text, root!);
                continue;
            }

            var element = new DashElement(tag, open);
            element.Attributes.AddRange(tags.Attributes(tag));
            open?.Children.Add(element);
            root ??= element;
            if (!tag.IsEmpty)
                (open, depth) = (element, depth + 1);
            else if (open is null)
                return new DashTree(text, element);
        }

        return null;
    }

    /// <summary>An attribute's value as written, entities undone; null where there is none.</summary>
    public string? Value(DashElement element, string attribute)
    {
        foreach (var (name, start, length) in element.Attributes)
            if (name == attribute)
                return Decode(Text.Substring(start, length));
        return null;
    }

    /// <summary>An element's text, entities undone.</summary>
    public string Content(DashElement element)
    {
        var text = Text[element.ContentStart..element.ContentEnd].Trim();
        return text.StartsWith("<![CDATA[", StringComparison.Ordinal) && text.EndsWith("]]>", StringComparison.Ordinal) ? text[9..^3].Trim() : Decode(text);
    }

    /// <summary>The five entities that XML has by itself, and characters by number.</summary>
    public static string Decode(string text) => text.Contains('&', StringComparison.Ordinal) ? System.Net.WebUtility.HtmlDecode(text) : text;

    /// <summary>A text that can stand in an attribute or an element.</summary>
    public static string Encode(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&apos;", StringComparison.Ordinal);
}
