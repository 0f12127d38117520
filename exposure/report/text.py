"""Text from files as every artefact may hold it: nothing that no reader sees, or that turns the reading around."""

from __future__ import annotations

import unicodedata

# Characters that no text needs and that change how what follows is read: controls, and turns of direction.
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFEFF], "\ufffd")
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_NO_CHARACTERS = ("Cn", "Co", "Cs")  # unassigned, private, halves of surrogate pairs


def visible(text: str) -> str:
    """A text without controls and turns of direction; what is no character becomes ``\ufffd``."""
    odd = {ord(c): "\ufffd" for c in set(text) if unicodedata.category(c) in _NO_CHARACTERS}
    return text.translate(_CONTROLS | _TURNS | odd)
