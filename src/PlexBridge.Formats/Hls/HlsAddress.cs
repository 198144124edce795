namespace PlexBridge.Formats.Hls;

/// <summary>
/// Resolves addresses as RFC 3986, 5.2 says, on the text itself: System.Uri would rewrite escapes, and signed addresses
/// must reach the server exactly as they were written.
/// </summary>
public static class HlsAddress
{
    /// <summary>The absolute address that a reference means inside a document.</summary>
    /// <param name="document">The absolute address of the document, after redirects.</param>
    /// <param name="reference">What the document says.</param>
    public static string Resolve(string document, string reference)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(reference);
        var fragment = reference.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0)
            reference = reference[..fragment];
        if (HasScheme(reference))
            return reference;
        var authority = document.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return reference;
        if (reference.StartsWith("//", StringComparison.Ordinal))
            return string.Concat(document.AsSpan(0, authority + 1), reference);

        var root = EndOf(document, authority + 3, "/?#");
        var query = EndOf(document, root, "?#");
        if (reference.Length == 0)
            return document[..EndOf(document, root, "#")];
        if (reference[0] == '?')
            return string.Concat(document.AsSpan(0, query), reference);
        var origin = document.AsSpan(0, root);
        if (reference[0] == '/')
            return string.Concat(origin, RemoveDots(reference));
        var folder = document.AsSpan(root, query - root);
        folder = folder[..(folder.LastIndexOf('/') + 1)];
        return string.Concat(origin, RemoveDots(string.Concat(folder.IsEmpty ? "/" : folder, reference)));
    }

    private static bool HasScheme(string reference)
    {
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || !char.IsAsciiLetter(reference[0]))
            return false;
        foreach (var letter in reference.AsSpan(0, colon))
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('+' or '-' or '.'))
                return false;
        return true;
    }

    private static int EndOf(string text, int start, string stops)
    {
        var found = text.AsSpan(start).IndexOfAny(stops);
        return found < 0 ? text.Length : start + found;
    }

    private static string RemoveDots(string path)
    {
        var end = EndOf(path, 0, "?");
        var kept = new List<string>();
        var parts = path[1..end].Split('/');
        for (var index = 0; index < parts.Length; index++)
        {
            var isLast = index == parts.Length - 1;
            if (parts[index] == ".." && kept.Count > 0)
                kept.RemoveAt(kept.Count - 1);
            if (parts[index] is not ("." or ".."))
                kept.Add(parts[index]);
            else if (isLast)
                kept.Add("");
        }

        return string.Concat("/", string.Join('/', kept), path.AsSpan(end));
    }
}
