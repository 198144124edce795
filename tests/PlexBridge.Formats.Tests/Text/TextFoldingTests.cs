using PlexBridge.Formats.Text;

namespace PlexBridge.Formats.Tests.Text;

public sealed class TextFoldingTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("bbc one", "bbc one")]
    [InlineData("BBC  One\tHD ", "bbc one hd")]
    [InlineData("Télé Ñandú Øst Łódź", "tele nandu ost lodz")]
    [InlineData("Tele\u0301", "tele")]
    [InlineData("Straße ŒUVRE Æther ﬁlm", "strasse oeuvre aether film")]
    [InlineData("ＮＨＫ　総合", "nhk 総合")]
    [InlineData("Sky ᵁᴴᴰ ᴴᴰ", "sky uhd hd")]
    [InlineData("𝗦𝗽𝗼𝗿𝘁 ꜰʜᴅ ①", "sport fhd 1")]
    [InlineData("İstanbul ILGAZ ısı", "istanbul ilgaz isi")]
    [InlineData("Ёлка Россия", "елка россия")]
    [InlineData("Ελλάδα", "ελλαδα")]
    [InlineData("हिन्दी ガガ 한국", "हिन्दी ガガ 한국")]
    [InlineData("a\u200Bb\uFEFF\u00AD", "ab")]
    [InlineData("½ ²", "1⁄2 2")]
    public void Text_is_folded(string text, string folded) => Assert.Equal(folded, TextFolding.Fold(text));

    [Fact]
    public void Folding_twice_changes_nothing()
    {
        for (var c = '\u0001'; c < '\uD800'; c++)
        {
            var once = TextFolding.Fold($"a{c}b");
            Assert.Equal(once, TextFolding.Fold(once));
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_exception() => Assert.Equal("a\uFFFD", TextFolding.Fold("A\uD83D"));
}
