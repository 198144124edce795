using System.Buffers;

namespace PlexBridge.Web.Shared;

/// <summary>
/// Base of every view: what the Razor compiler's output calls, writing UTF-8 straight into a buffer. Everything but
/// literals and <see cref="Markup"/> is HTML-encoded. A view renders once, on one thread, without awaiting.
/// </summary>
public abstract class View
{
    private IBufferWriter<byte> _output = null!;
    private AttributeValue _attribute;

    /// <summary>The generated body of the .cshtml file. It never awaits, so its task is complete on return.</summary>
    public abstract Task ExecuteAsync();

    /// <summary>Writes the view as UTF-8 HTML.</summary>
    public void Render(IBufferWriter<byte> output)
    {
        _output = output;
        var rendering = ExecuteAsync();
        if (!rendering.IsCompleted) throw new InvalidOperationException($"{GetType().Name} awaits; a view is given all that it shows.");
        rendering.GetAwaiter().GetResult();
    }

    /// <summary>Markup of the .cshtml file itself.</summary>
    protected void WriteLiteral(ReadOnlySpan<byte> utf8) => _output.Write(utf8);

    /// <summary>Markup of the .cshtml file itself, where the compiler has it as a string.</summary>
    protected void WriteLiteral(string text) => HtmlText.WriteRaw(_output, text);

    /// <summary>Text, encoded.</summary>
    protected void Write(string? text) => HtmlText.Write(_output, text);

    /// <summary>A whole number.</summary>
    protected void Write(long number) => HtmlText.WriteNumber(_output, number);

    /// <summary>A part that is HTML already.</summary>
    protected void Write(Markup markup) => HtmlText.WriteRaw(_output, markup.Html);

    /// <summary>Another view in this one's place.</summary>
    protected void Write(View part) => part.Render(_output);

    /// <summary>Begins an attribute whose value has expressions; it is left out when its only expression is null or false.</summary>
    protected void BeginWriteAttribute(string name, string prefix, int prefixOffset, string suffix, int suffixOffset, int attributeValuesCount) =>
        _attribute = new AttributeValue(name, prefix, suffix, attributeValuesCount);

    /// <summary>One piece of the begun attribute.</summary>
    protected void WriteAttributeValue(string prefix, int prefixOffset, string? value, int valueOffset, int valueLength, bool isLiteral)
    {
        if (value is null && _attribute.Pieces == 1) return;
        OpenAttribute(prefix);
        if (isLiteral) WriteLiteral(value ?? ""); else Write(value);
    }

    /// <summary>One piece of the begun attribute, a number.</summary>
    protected void WriteAttributeValue(string prefix, int prefixOffset, long value, int valueOffset, int valueLength, bool isLiteral)
    {
        OpenAttribute(prefix);
        Write(value);
    }

    /// <summary>A boolean attribute: written with its own name as value, or not at all.</summary>
    protected void WriteAttributeValue(string prefix, int prefixOffset, bool value, int valueOffset, int valueLength, bool isLiteral)
    {
        if (!value) return;
        OpenAttribute(prefix);
        WriteLiteral(_attribute.Name);
    }

    /// <summary>Ends the begun attribute.</summary>
    protected void EndWriteAttribute()
    {
        if (_attribute.Pieces == 0) OpenAttribute("");
        if (_attribute.IsOpen) WriteLiteral(_attribute.Suffix);
    }

    private void OpenAttribute(string prefix)
    {
        if (!_attribute.IsOpen)
        {
            WriteLiteral(_attribute.Prefix);
            _attribute.IsOpen = true;
        }
        WriteLiteral(prefix);
    }

    private record struct AttributeValue(string Name, string Prefix, string Suffix, int Pieces)
    {
        public bool IsOpen { get; set; }
    }
}

/// <summary>A view of one model.</summary>
public abstract class View<TModel> : View
{
    /// <summary>What the view shows.</summary>
    public required TModel Model { get; init; }
}

/// <summary>HTML made by us, not by input: written without encoding.</summary>
public readonly record struct Markup(string Html);
