"""Which encoding the bytes of a text file are in, where neither a mark at its beginning nor UTF-8 says so.

The file's own header decides first: decoded rightly, its cells are words of the vocabulary. Where no word tells, an
East Asian encoding is known by its characters being the common ones of its table, and a code page by making letters
where letters stand. The Western page is taken where nothing speaks for another.
"""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

from .vocabulary import header_field

#: Latin pages, the first taken where nothing speaks for another; then pages of other scripts; then old systems'.
_LATIN = ("cp1252", "cp1250", "iso8859-2", "cp1254", "cp1257", "cp850", "mac_roman")
_SCRIPTS = ("cp1251", "cp1253", "cp1255", "cp1256", "tis-620")
#: Encoding -> ranges of the first byte of the common characters, and the least second byte.
_WIDE = {
    "cp949": ((0xB0, 0xC8), (0xA1, 0xA4), 0xA1),
    "gb18030": ((0xB0, 0xD7), (0xA1, 0xA3), 0xA1),
    "big5": ((0xA4, 0xC6), (0xA1, 0xA3), 0x40),
    "cp932": ((0x88, 0x97), (0x81, 0x83), 0x40),
}
#: Headers stand near the beginning; a preamble of forty lines is the longest known.
_LINES = 60
_SAMPLE = 60_000
_ENOUGH = 0.9
_SPLIT = re.compile(r"[,;\t|\r\n]+")
_TURKISH, _ICELANDIC = re.compile(r"[ıİşŞ]|\wğ"), re.compile("[áéíóúæ]", re.IGNORECASE)
#: Endings of Lithuanian and Latvian words, and letters that no text in the Western page lacks beside such accents.
_BALTIC, _NORDIC = re.compile(r"ių\b|[a-z]{2}ė\b|ņš\b|ība\b|šķ|ūra\b"), re.compile("[æåþ]", re.IGNORECASE)
_RUN = re.compile(r"[^\W\d_\x00-\x7f]+")


def guess(data: bytes) -> str:
    """Return the encoding of text without a byte order mark."""
    zeros = data[:2000].count(0)
    if zeros > len(data[:2000]) // 4:
        return "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if _mostly_utf8(data):
            return "utf-8"
        return next((name for name in _ranked(data) if _decoded(data, name) is not None), "latin-1")
    return "utf-8"


def _mostly_utf8(data: bytes) -> bool:
    """Tell UTF-8 into which some bytes of another encoding were pasted."""
    right = len(re.findall(rb"[\xc3-\xef][\x80-\xbf]{1,2}|\xc2[\xa0-\xbf]", data))
    wrong = data.decode("utf-8", errors="replace").count("\ufffd")
    return right > 2 * wrong


def stray(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 in a text that is as Western ones."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("exposure.stray", stray)


def _ranked(data: bytes) -> list[str]:
    """Return the encodings that can be meant, the likeliest first."""
    sample = data[:_SAMPLE].rpartition(b"\n")[0] or data[:_SAMPLE]
    head = b"\n".join(sample.split(b"\n")[:_LINES])
    texts = {name: text for name in (*_LATIN, *_SCRIPTS, *_WIDE, "euc_jp") if (text := _decoded(head, name))}
    known = {name: _known(text) for name, text in texts.items()}
    wide = {name: _common(sample, name) for name in _WIDE}
    pages = {name: _letters(text, name in _LATIN) for name in (*_LATIN, *_SCRIPTS) if (text := texts.get(name))}

    def rank(name: str) -> tuple[int, bool, float, int]:
        fit = wide.get(name, pages.get(name, 0.0))
        return -known[name], wide.get(name, 0.0) < _ENOUGH, -fit, list(texts).index(name)

    ranked = sorted(texts, key=rank)
    turkish = "cp1254" in texts and _TURKISH.search(texts["cp1254"]) and not _ICELANDIC.search(texts["cp1254"])
    baltic = "cp1257" in texts and _BALTIC.search(texts["cp1257"]) and not _NORDIC.search(texts.get("cp1252", ""))
    if ranked[0] != "cp1252":
        return ranked
    # The Turkish page differs from the Western one in six letters alone.
    return ["cp1254", *ranked] if turkish else ["cp1257", *ranked] if baltic else ranked


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _known(text: str) -> int:
    """Count the cells with letters beyond ASCII that are words of the vocabulary."""
    cells = {cell.strip(' "\u3000') for cell in _SPLIT.split(text)}
    return sum(1 for c in cells if not c.isascii() and len(c) < 60 and header_field(c))


def _common(data: bytes, encoding: str) -> float:
    """Return the part of the wide characters that are common ones; none where bytes beyond ASCII stand alone."""
    words, signs, least = _WIDE[encoding]
    text = _decoded(data, encoding) or _decoded(data[:-1], encoding)
    if text is None:
        return 0.0
    pairs = [c.encode(encoding) for c in re.findall(r"[^\x00-\x7f]", text)]
    high = sum(1 for b in data if b > 0x7F)
    # In a Western text a letter with an accent stands between plain ones, and swallows its neighbour here.
    alone = len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])(?=[^\x80-\xff]{2})", data))
    if not pairs or (encoding != "cp932" and encoding != "big5" and alone * 5 > high) or alone * 2 > high:
        return 0.0
    fit = [len(p) == 2 and p[1] >= least and any(a <= p[0] <= b for a, b in (words, signs)) for p in pairs]
    return float(sum(fit) / len(pairs))


def _letters(text: str, latin: bool) -> float:
    """Return the part of the characters beyond ASCII that are letters where letters stand.

    In Latin scripts they stand singly among plain letters, in others in words of their own.
    """
    beyond = len(re.findall(r"[^\x00-\x7f\u00a0’–]", text))
    fitting = 0
    for run in _RUN.finditer(text):
        word = text[max(0, run.start() - 1) : run.end() + 1]
        mixed = any(c.isascii() and c.isalpha() for c in (word[0], word[-1]))
        odd = any(a.islower() and b.isupper() for a, b in pairwise(word))
        fitting += len(run.group()) if (len(run.group()) < 3 if latin else not mixed) and not odd else 0
    # A name of a script that knows capitals begins with one.
    small = not latin and any(c.islower() for c in text if c > "\x7f") and not re.search(r"[Α-ΫА-Я]", text)
    fit: float = round(fitting / beyond, 2) if beyond else 1.0
    return fit * (0.5 if small else 1.0)
