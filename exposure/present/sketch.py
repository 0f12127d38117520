"""Boxes and the lines between them as SVG: the drawing of a chain picture, whatever it tells.

Everything that comes from a file or from the data is escaped. Two layouts: across (a screen, paper), down (a
telephone). A label never runs into a box: it is broken into lines as wide as the gap that it stands in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from exposure.present.charts import EDGE, INK, PAPER

BOX, GAP, PAD, ROW_GAP, FORK = 190, 124, 10, 20, 16  # pixels, across
TALL_BOX, TALL_GAP = 320, 62  # pixels, down
SIZES = {"role": 12, "name": 14, "local": 14, "lists": 12}
LABEL, ABOVE, BELOW, STEP = 13, 7, 17, 16  # of a label: its size, and where its lines stand at the line, pixels
LEADING = 1.35
NARROW, BROAD = 0.4, 0.8  # of a character's size, in the wider of the faces that a computer may have
BOLD = 1.1  # how much wider a name is set
LONGEST_WORD = 10.0  # of its size; a longer one may be broken anywhere
REACH = 28  # pixels around a line within which its source is told


@dataclass(frozen=True)
class Box:
    """One party: its lines of text by kind (``role``, ``name``, ``local``, ``lists``), its letter and colour."""

    lines: tuple[tuple[str, str], ...]
    letter: str
    colour: str
    alleged: bool = False


@dataclass(frozen=True)
class Line:
    """What stands between two boxes.

    Attributes:
        label: texts at the line, the first one above it.
        points: where the arrow points: 1 on, -1 back, 0 nowhere.
        source: told where the pointer rests on the line; "" for nothing.
    """

    label: tuple[str, ...]
    points: int
    source: str = ""


@dataclass(frozen=True)
class Branch:
    """Boxes one after the other, each with the line that leads to it."""

    steps: tuple[tuple[Line, Box], ...]


@dataclass(frozen=True)
class Picture:
    """The way from the portfolio to the held company, and the branches that begin there."""

    trunk: Branch
    branches: tuple[Branch, ...]


def across(picture: Picture) -> tuple[str, int, int]:
    """The trunk in the middle of its branches' height, each branch a row to its right; SVG, width, height."""
    rows = [max(_room(line, box) for line, box in branch.steps) for branch in picture.branches]
    trunk = max(_room(line, box) for line, box in picture.trunk.steps)
    height = max(trunk, sum(rows) + ROW_GAP * max(len(rows) - 1, 0))
    parts, x = [], 2.0
    for k, (line, box) in enumerate(picture.trunk.steps):
        if k:
            parts.append(_line_across(line, x, height / 2 + 2))
            x += GAP
        parts.append(_box(box, x, 2 + (height - _height(box, BOX)) / 2, BOX))
        x += BOX
    top, right = 2 + (height - sum(rows) - ROW_GAP * max(len(rows) - 1, 0)) / 2, x
    for row, branch in zip(rows, picture.branches, strict=True):
        body, end = _branch_across(branch, x, top + row / 2, height / 2 + 2)
        parts.append(body)
        right, top = max(right, end), top + row + ROW_GAP
    return "".join(parts), int(right + 2), int(height + 4)


def _branch_across(branch: Branch, x: float, y: float, root: float) -> tuple[str, float]:
    """One branch from the held company's right edge; returns its drawing and where it ends."""
    parts = [_plain(x, root, x + FORK, root), _plain(x + FORK, root, x + FORK, y)]
    for k, (line, box) in enumerate(branch.steps):
        parts.append(_line_across(line, x + (FORK if k == 0 else 0), y))
        x += GAP + (FORK if k == 0 else 0)
        parts.append(_box(box, x, y - _height(box, BOX) / 2, BOX))
        x += BOX
    return "".join(parts), x


def down(picture: Picture) -> tuple[str, int, int]:
    """The trunk downwards, each branch below it, indented, hanging on a line at the left; SVG, width, height."""
    parts, y = [], 2.0
    for k, (line, box) in enumerate(picture.trunk.steps):
        if k:
            parts.append(_line_down(line, 30, y))
            y += _gap(line)
        parts.append(_box(box, 2, y, TALL_BOX))
        y += _height(box, TALL_BOX)
    root, last = y, y
    for branch in picture.branches:
        for k, (line, box) in enumerate(branch.steps):
            parts.append(_line_down(line, 44, y))
            if k == 0:
                last = y + 8
                parts.append(_plain(14, last, 44, last))
            y += _gap(line)
            parts.append(_box(box, 28, y, TALL_BOX - 26))
            y += _height(box, TALL_BOX - 26)
        y += 10
    parts.append(_plain(14, root, 14, last))
    return "".join(parts), TALL_BOX + 4, int(y + 4)


def _wrapped(box: Box, width: int) -> list[tuple[str, str]]:
    room = width - 2 * PAD - 8
    sizes = SIZES | {"name": SIZES["name"] * BOLD}
    return [(kind, part) for kind, text in box.lines for part in wrap(text, room / sizes[kind])]


def _height(box: Box, width: int) -> float:
    return 2 * PAD + sum(SIZES[kind] * LEADING for kind, _ in _wrapped(box, width))


def _box(box: Box, x: float, y: float, width: int) -> str:
    height = _height(box, width)
    dash = ' stroke-dasharray="5 3"' if box.alleged else ""
    parts = [
        f'<rect x="{x}" y="{y:.1f}" width="{width}" height="{height:.1f}" rx="4" fill="{PAPER}" '
        f'stroke="{box.colour}" stroke-width="1.5"{dash}/>',
        f'<rect x="{x}" y="{y:.1f}" width="6" height="{height:.1f}" fill="{box.colour}"/>',
    ]
    below = y + PAD
    for kind, text in _wrapped(box, width):
        below += SIZES[kind] * LEADING
        weight = ' font-weight="600"' if kind == "name" else ""
        parts.append(
            f'<text x="{x + PAD + 6}" y="{below - 4:.1f}" font-size="{SIZES[kind]}" fill="{INK}"{weight}>'
            f"{escape(text)}</text>"
        )
    if box.letter:
        parts.append(
            f'<text x="{x + width - PAD}" y="{y + PAD + 12:.1f}" font-size="14" font-weight="600" '
            f'text-anchor="end" fill="{INK}">{box.letter}</text>'
        )
    return "".join(parts)


# ---- lines and their labels ---------------------------------------------------------------------------------


def _split(line: Line) -> tuple[list[str], list[str]]:
    """The label's lines above and below, each as wide as the gap at most."""
    parts = [wrap(text, (GAP - 4) / LABEL) if text else [] for text in line.label]
    return (parts[0], [text for part in parts[1:] for text in part]) if parts else ([], [])


def _room(line: Line, box: Box) -> float:
    """Height of a step across: of its box, or of the longer half of its label twice."""
    over, under = _split(line)
    label = max(ABOVE + STEP * len(over), BELOW + STEP * max(len(under) - 1, 0) + 4)
    return max(_height(box, BOX), 2.0 * label)


def _line_across(line: Line, x: float, y: float) -> str:
    over, under = _split(line)
    places = [(y - ABOVE - STEP * k, text) for k, text in enumerate(reversed(over))]
    places += [(y + BELOW + STEP * k, text) for k, text in enumerate(under)]
    texts = "".join(_label_text(text, x + GAP / 2, at, "middle") for at, text in places)
    end = x + GAP - (4 if line.points > 0 else 0)
    return _told(line, _stroke(x, y, end, y, line.points) + texts, (x, y, end, y))


def _lines_down(line: Line) -> list[str]:
    return [part for text in line.label if text for part in wrap(text, (TALL_BOX - 60) / LABEL)]


def _gap(line: Line) -> int:
    return TALL_GAP + 18 * max(len(_lines_down(line)) - 2, 0)


def _line_down(line: Line, x: float, y: float) -> str:
    texts = "".join(_label_text(text, x + 16, y + 26 + 18 * k, "start") for k, text in enumerate(_lines_down(line)))
    ends = (x, y + 4, x, y + _gap(line) - 4)
    return _told(line, _stroke(*ends, line.points) + texts, ends)


def _told(line: Line, drawn: str, ends: tuple[float, float, float, float]) -> str:
    """A line that tells its source where the pointer rests on it or near it."""
    if not line.source:
        return drawn
    x1, y1, x2, y2 = ends
    near = (
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" fill="none" stroke="{PAPER}" stroke-opacity="0" '
        f'stroke-width="{REACH}"/>'
    )
    return f"<g><title>{escape(line.source)}</title>{near}{drawn}</g>"


def _plain(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1:.1f}" x2="{x2}" y2="{y2:.1f}" stroke="{EDGE}" stroke-width="1.5"/>'


def _label_text(text: str, x: float, y: float, anchor: str) -> str:
    return (
        f'<text x="{x}" y="{y:.1f}" font-size="{LABEL}" text-anchor="{anchor}" fill="{INK}">{escape(text)}</text>'
    )


def _stroke(x1: float, y1: float, x2: float, y2: float, points: int) -> str:
    """A line with its arrowhead at the owned end; a dashed one without for a business link."""
    dash = "" if points else ' stroke-dasharray="5 4"'
    line = f'<line x1="{x1}" y1="{y1:.1f}" x2="{x2}" y2="{y2:.1f}" stroke="{EDGE}" stroke-width="1.5"{dash}/>'
    if not points:
        return line
    tip_x, tip_y = (x2, y2) if points > 0 else (x1, y1)
    if y1 == y2:
        shape = f"{tip_x},{tip_y:.1f} {tip_x - 9 * points},{tip_y - 5:.1f} {tip_x - 9 * points},{tip_y + 5:.1f}"
    else:
        shape = f"{tip_x},{tip_y:.1f} {tip_x - 5},{tip_y - 9 * points:.1f} {tip_x + 5},{tip_y - 9 * points:.1f}"
    return f'{line}<polygon points="{shape}" fill="{EDGE}"/>'


# ---- lines of text ------------------------------------------------------------------------------------------


def wrap(text: str, room: float, most: int = 4) -> list[str]:
    """Break a text into lines of at most ``room`` times its size; what is too long ends in ``…``."""
    lines, line = [], ""
    for token in _tokens(text, min(room, LONGEST_WORD)):
        if line and _width(line + token.rstrip()) > room:
            lines.append(line.rstrip())
            line = token.lstrip()
        else:
            line += token
    lines.append(line.rstrip())
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + "…"]


def _tokens(text: str, longest: float) -> Iterator[str]:
    """Words with the space behind them; wide characters and words that are too long may be broken anywhere."""
    word = ""
    for character in text:
        if word and not character.isspace() and _width(word + character) > longest:
            yield word
            word = ""
        word += character
        if character.isspace() or character in "-/" or _wide(character):
            yield word
            word = ""
    yield word


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _width(text: str) -> float:
    return sum(
        1.0 if _wide(c) or c in "mwMW%@" else NARROW if c in "iljtfr.,;:' " else BROAD if c.isupper() else 0.64
        for c in text
    )
