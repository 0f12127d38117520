"""Sentences of the library in the words of the page: an argument's name gives way to the page's own control."""

from __future__ import annotations

import re

_SAID = (
    (
        r"if it is one, name its columns, as columns=\{'name': \.\.\., 'value': \.\.\.\}",
        "if it is one, say under “Files” which of its columns are the names and the values",
    ),
    (r"; choose one with \w+=\.", "; choose one."),
    (r"Say it with currency=\.", "Say it under “Files”."),
    (r"Screen both in one currency \(in_currency= with rates=\)\.", "Choose two files in the same currency."),
    (r" \(rates=, --rates\)| \(shorts=\w+\)", ""),
    (r", which value_column= names\b", ", which “Files” names as the value"),
    (r"value_column= names", "“Files” names as the value"),
    (r", which columns= gives for 'name'", ", which “Files” names for the names"),
    (r"\b(?:currency|as_of|decimal|weight_unit|sheet)=(?=')", ""),
)
_RULES = tuple((re.compile(pattern), words) for pattern, words in _SAID)


def spoken(message: str) -> str:
    """A sentence of the library without the names of its arguments."""
    for pattern, words in _RULES:
        message = pattern.sub(words, message)
    return message
