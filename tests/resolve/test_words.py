"""Words beside words: acronyms against a slow twin, sounds, translations and countries."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure.names import name_keys, vocabulary
from exposure.resolve.acronyms import BY_INITIALS, BY_PIECES, IMPOSSIBLE, _skipped
from exposure.resolve.align import AGREES, JOINED, skeleton
from exposure.resolve.bands import judge
from exposure.resolve.batch import Pairs
from exposure.resolve.countries import published
from exposure.resolve.features import FEATURES
from exposure.resolve.foreign import sound
from exposure.resolve.pairs import score_pairs
from exposure.resolve.words import keyed, spell


def batch(*pairs):
    """The pairs as one batch."""
    names = pl.Series([name for pair in pairs for name in pair])
    keys = keyed(names.unique(maintain_order=True))
    place = {name: at for at, name in enumerate(keys["name"])}
    rows = [np.array([place[pair[side]] for pair in pairs]) for side in (0, 1)]
    spelled, lexicon = spell(keys)
    return Pairs(spelled, spelled, rows[0], rows[1], lexicon)


def fewest_left_out(acronym, words, form, longest):
    """Slow twin: try every way to take first letters of the words in turn."""
    if not words:
        return 0 if any(acronym == form[:n] for n in range(min(longest, len(form)) + 1)) else IMPOSSIBLE
    first, rest = words[0], words[1:]
    ways = [1 + fewest_left_out(acronym, rest, form, longest)]
    ways += [
        fewest_left_out(acronym[n:], rest, form, longest)
        for n in range(1, min(longest, len(first)) + 1)
        if acronym[:n] == first[:n] and acronym[:n]
    ]
    return min(*ways, IMPOSSIBLE) if len(ways) > 1 else min(ways[0], IMPOSSIBLE)


def padded(texts, width):
    matrix = np.zeros((len(texts), width), dtype=np.uint8)
    for at, text in enumerate(texts):
        matrix[at, : len(text)] = np.frombuffer(text.encode(), dtype=np.uint8)[:width]
    return matrix


LETTERS = st.text(alphabet="abc", min_size=1, max_size=5)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(LETTERS, st.lists(LETTERS, min_size=1, max_size=4), st.sampled_from(["", "co", "c"]), st.integers(1, 4))
def test_fewest_words_left_out_as_the_slow_twin_says(acronym, words, form, longest):
    pieces = padded(words, 4)[None]
    fast = _skipped(padded([acronym], 10), pieces, padded([form], 2), longest)[0, len(acronym)]
    assert min(int(fast), IMPOSSIBLE) == fewest_left_out(acronym, words, form[:2], longest)


@pytest.mark.parametrize(
    ("acronym", "name", "value"),
    [
        ("POGC", "Pars Oil and Gas Company", BY_INITIALS),
        ("CNOOC", "China National Offshore Oil Corp", BY_INITIALS),
        ("BMW", "Bayerische Motoren Werke AG", BY_INITIALS),
        ("ZISCO", "Zimbabwe Iron and Steel Company", BY_PIECES),
        ("BONRAILCO", "Bonyad Eastern Railway Company", BY_PIECES),
        ("POGC", "Pars Electric Company", 0.0),
        ("Bell", "Beijing Electronic Light Co", 0.0),
    ],
)
def test_acronyms_are_seen_from_both_sides(acronym, name, value):
    assert batch((acronym, name), (name, acronym)).alignment.acronym.tolist() == pytest.approx([value, value])


def test_words_that_sound_alike_and_words_without_vowels():
    one = sound(pl.Series(["zubaidi", "konkord", "duerr", "qalei", "yarmouk"]))
    two = sound(pl.Series(["zubedi", "concord", "durr", "kalei", "iarmuk"]))
    assert one.to_list() == two.to_list()
    assert skeleton(pl.Series(["mills", "states", "avia"])).to_list() == ["mls", "sts", "av"]


def test_an_umlaut_written_out_is_no_misspelling():
    pairs = batch(("Duerr AG", "Dürr AG"), ("Oersted", "Ørsted A/S"), ("Duerr AG", "Dorr AG"))
    assert pairs.alignment.grid[:, 0, 0].tolist()[:2] == pytest.approx([JOINED, JOINED])
    assert pairs.alignment.grid[2, 0, 0] < JOINED
    assert pairs.alignment.misspelt.tolist()[:2] == [0.0, 0.0]


def test_roman_figures_are_figures_unless_they_are_words():
    pairs = batch(
        ("Acme Fund II", "Acme Fund"), ("Acme II", "Acme III"), ("Acme Mix", "Acme"), ("Acme 2", "Acme 2")
    )
    assert FEATURES["numbers"](pairs).tolist() == [1, 2, 0, 0]


def test_a_translation_counts_as_agreement_but_never_makes_two_names_equal():
    left, right = "Fundacion Morena Verde", "Morena Verde Foundation"
    cores = name_keys(pl.Series([left, right]))["core"]
    assert cores[0] != cores[1]
    untranslated = score_pairs(pl.Series(["Xundaqion Morena Verde"]), pl.Series([right]))[0]
    assert score_pairs(pl.Series([left]), pl.Series([right]))[0] > untranslated
    words = vocabulary()
    short, other = words.abbreviations, words.translations
    assert not [word for word in short.values() if short.get(word, word) != word]
    assert not [word for word in other.values() if short.get(word, word) != word or word in other]


def test_country_is_told_from_words_forms_and_par_values():
    pairs = batch(
        ("Acme ORD GBP0.25", "Acme British plc"),  # both British
        ("Acme ORD GBP0.25", "Acme KK"),  # pounds against a Japanese form
        ("Acme", "Acme KK"),  # the first does not say
        ("Acme Tokyo", "Acme Osaka"),  # two places of one country
        ("Acme Tokyo", "Acme Milano SpA"),
    )
    assert FEATURES["country"](pairs).tolist() == [1, 2, 0, 1, 2]


def test_published_countries_by_code_and_name():
    texts = pl.Series(["CN", "China", "Hong Kong", "United Kingdom", "GB", "South Korea", "KY", "Atlantis", None])
    bits = published(texts).tolist()
    assert bits[0] == bits[1] == bits[2] > 0
    assert bits[3] == bits[4] > 0
    assert bits[5] > 0
    assert len({bits[0], bits[3], bits[5]}) == 3
    assert bits[6:] == [0, 0, 0]


def test_names_that_agree_by_translation_go_to_a_person():
    pairs = batch(
        ("Vektorgrad Khimicheskii Kombinat", "Vektorgrad Chemical Combine"),
        ("Vektorgrad Chem Combine", "Vektorgrad Chemical Combine"),
    )
    judged = judge(pairs, np.zeros(2, dtype=np.bool_))
    assert judged["band"].to_list() == ["review", "accept"]
    assert pairs.found[0].tolist() == pytest.approx([1.0, 1.0])


def test_a_word_that_goes_on_from_a_whole_word_is_no_short_form():
    pairs = batch(
        ("Vektorgrad Motorsport", "Vektorgrad Motor"),  # motorsport is a word of its own
        ("Vektorgrad Techn", "Vektorgrad Technology"),  # cut off
    )
    assert judge(pairs, np.zeros(2, dtype=np.bool_))["band"].to_list() == ["review", "accept"]
    assert pairs.alignment.grid[0, 1, 1] >= AGREES


def test_names_longer_than_what_is_compared_go_to_a_person():
    umbrella = "Vektorgrad Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota"
    pairs = batch((f"{umbrella} Kappa", f"{umbrella} Lambda"), (f"{umbrella} Kappa", f"{umbrella} Kappa"))
    judged = judge(pairs, np.zeros(2, dtype=np.bool_))
    assert judged["band"].to_list() == ["review", "accept"]
    assert judged["exact"].to_list() == [False, True]
