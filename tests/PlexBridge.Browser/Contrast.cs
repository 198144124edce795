namespace PlexBridge.Browser;

/// <summary>Contrast of text as WCAG 2 computes it, measured in the page on what is really painted.</summary>
internal static class Contrast
{
    /// <summary>A script that gives every visible text below level AA, with its ratio.</summary>
    public const string TooWeak =
        """
        () => {
          const parse = color => { const p = color.match(/[\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p; };
          const channel = value => { value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
          const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
          const ground = element => {
            for (; element; element = element.parentElement) {
              const color = parse(getComputedStyle(element).backgroundColor);
              if (color[3] > 0.99) return color;
            }
            return [255, 255, 255, 1];
          };
          const weak = [];
          for (const element of document.querySelectorAll("body *")) {
            const hasText = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
            if (!hasText || !element.checkVisibility()) continue;
            const style = getComputedStyle(element);
            const [a, b] = [light(parse(style.color)), light(ground(element))].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);
            if (ratio < 4.5) weak.push(`${element.tagName}.${element.className} "${element.textContent.trim().slice(0, 30)}" ${ratio.toFixed(2)}`);
          }
          return weak;
        }
        """;
}
