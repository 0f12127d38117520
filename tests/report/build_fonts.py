"""Cut the two fonts of the paper out of Noto Sans CJK, which must be installed (Debian: fonts-noto-cjk).

    pip install fonttools && python tests/report/build_fonts.py

Kept are Latin, Greek, Cyrillic, kana, the 6,763 characters of GB 2312, and whatever the reference data write. The
licence (SIL Open Font License 1.1) allows that under another name; its text stands beside the fonts.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path("/usr/share/fonts/opentype/noto")
FONTS = ROOT / "exposure" / "report" / "fonts"
SIMPLIFIED_CHINESE = 2  # place in the collection
LAST_LATIN = 0x2E80  # what comes later is written in squares
FAMILY = "Exposure Sans"
ALPHABETS = ((0x20, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x1E00, 0x1EFF))
SIGNS = ((0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x22FF), (0x25A0, 0x25FF), (0xFFFD, 0xFFFD))
KANA = ((0x3000, 0x30FF), (0xFF00, 0xFFEF))


def main() -> None:
    """Write both fonts: the bold one for headings, which the reference data write."""
    told = {c for path in (ROOT / "datasets").glob("*.csv") for c in path.read_text("utf-8") if ord(c) > 32}
    base = {*_spans((*ALPHABETS, *SIGNS)), *told}
    cut("Regular", {*base, *_spans(KANA), *_gb2312()})
    cut("Bold", base)


def cut(style: str, characters: set[str]) -> None:
    """Write one font with some characters of the installed one."""
    options = Options()
    options.layout_features = ["kern", "tnum", "lnum"]
    options.hinting = False
    options.name_IDs = ["*"]
    font = TTFont(SOURCE / f"NotoSansCJK-{style}.ttc", fontNumber=SIMPLIFIED_CHINESE, recalcTimestamp=False)
    narrow(font)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    rename(font, style)
    path = FONTS / f"ExposureSans-{style}.otf"
    font.save(path)
    print(f"{path.name}: {len(font.getBestCmap()):,} characters, {path.stat().st_size:,} bytes")


def narrow(font: TTFont) -> None:
    """Quotation marks, dashes and the like as wide as in Latin text, where the font has them so."""
    layout = font["GSUB"].table
    wanted = {
        i
        for one in layout.FeatureList.FeatureRecord
        if one.FeatureTag == "pwid"
        for i in one.Feature.LookupListIndex
    }
    tables = [part for i in sorted(wanted) for part in layout.LookupList.Lookup[i].SubTable]
    proportional = {a: b for part in tables for a, b in getattr(part, "ExtSubTable", part).mapping.items()}
    for table in font["cmap"].tables:
        if table.isUnicode() and hasattr(table, "cmap") and table.format != 14:
            table.cmap.update(
                {c: proportional[g] for c, g in table.cmap.items() if c < LAST_LATIN and g in proportional}
            )


def rename(font: TTFont, style: str) -> None:
    """A name of its own: never taken for the installed font, and no claim on anybody's name."""
    post = f"{FAMILY.replace(' ', '')}-{style}"
    names = {1: FAMILY, 2: style, 3: f"2.004;{post}", 4: f"{FAMILY} {style}", 6: post}
    font["name"].names = [one for one in font["name"].names if one.nameID not in (16, 17, 18)]
    for number, text in names.items():
        font["name"].removeNames(nameID=number)
        font["name"].setName(text, number, 3, 1, 0x409)
    notice = "A part of Noto Sans CJK SC 2.004, under the SIL Open Font License 1.1; see OFL.txt."
    font["name"].setName(notice, 10, 3, 1, 0x409)
    compact = font["CFF "].cff
    compact.fontNames = [post]
    top = compact.topDictIndex[0]
    top.FullName, top.FamilyName = f"{FAMILY} {style}", FAMILY


def _spans(spans: Iterable[tuple[int, int]]) -> Iterable[str]:
    return (chr(code) for first, last in spans for code in range(first, last + 1))


def _gb2312() -> Iterable[str]:
    """Every ideograph of GB 2312: rows 16 to 87, without the five empty places at the end of row 55."""
    pairs = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return (pair.decode("gb2312") for pair in pairs if not b"\xd7\xfa" <= pair <= b"\xd7\xfe")


if __name__ == "__main__":
    main()
