"""A short run of the fuzzer with a fixed seed; ``python tests/holdings/fuzz.py`` runs it for a minute."""

from __future__ import annotations

import fuzz


def test_mutated_files_raise_nothing_of_another_kind() -> None:
    read, refused = fuzz.run(3.0, seed=20)
    assert read > 0
    assert refused > 0
