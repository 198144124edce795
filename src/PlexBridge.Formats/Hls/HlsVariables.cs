using System.Collections.Immutable;
using System.Text;

namespace PlexBridge.Formats.Hls;

/// <summary>EXT-X-DEFINE: names that <c>{$name}</c> in later lines stands for. Values are not expanded again.</summary>
internal sealed class HlsVariables
{
    private readonly string _address;
    private readonly ImmutableDictionary<string, string> _imported;

    public HlsVariables(string address, ImmutableDictionary<string, string> imported)
    {
        _address = address;
        _imported = imported;
    }

    public ImmutableDictionary<string, string> Defined { get; private set; } = ImmutableDictionary<string, string>.Empty;

    public void Define(HlsAttributes attributes)
    {
        if (attributes["NAME"] is { } name)
            Defined = Defined.SetItem(name, attributes["VALUE"] ?? "");
        else if (attributes["IMPORT"] is { } import && _imported.TryGetValue(import, out var value))
            Defined = Defined.SetItem(import, value);
        else if (attributes["QUERYPARAM"] is { } parameter)
            Defined = Defined.SetItem(parameter, QueryParameter(parameter));
    }

    public string Substitute(string text)
    {
        if (Defined.IsEmpty || !text.Contains("{$", StringComparison.Ordinal))
            return text;
        var result = new StringBuilder();
        var rest = text.AsSpan();
        for (var start = rest.IndexOf("{$"); start >= 0; start = rest.IndexOf("{$"))
        {
            var length = rest[start..].IndexOf('}');
            if (length < 0)
                break;
            var name = rest.Slice(start + 2, length - 2).ToString();
            result.Append(rest[..start]);
            result.Append(Defined.TryGetValue(name, out var value) ? value : rest.Slice(start, length + 1));
            rest = rest[(start + length + 1)..];
        }

        return result.Append(rest).ToString();
    }

    private string QueryParameter(string name)
    {
        var query = _address.IndexOf('?', StringComparison.Ordinal);
        if (query < 0)
            return "";
        foreach (var pair in _address[(query + 1)..].Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && pair.AsSpan(0, equals).SequenceEqual(name))
                return Uri.UnescapeDataString(pair[(equals + 1)..]);
        }

        return "";
    }
}
