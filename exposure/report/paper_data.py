"""The content of the paper as its template reads it: plain text, numbers in words, pictures by file name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from exposure.present.chains import sentence
from exposure.present.charts import COLOURS
from exposure.present.evidence import Accusation, Fact, numbered
from exposure.present.pages import allegation_brief, listing_brief, manifest_words
from exposure.present.pictures import picture_words
from exposure.present.trustees import board_questions, lists_met, meaning
from exposure.present.words import ACCUSED, LETTERS, counted, full_money, percent
from exposure.report.company import Company, HeldLine, Other
from exposure.report.content import Content
from exposure.report.paper_fonts import FAMILY
from exposure.report.paper_letters import letters
from exposure.results import Results

MOST_TOLD = 40  # companies with their evidence in full; the others in brief
MOST_OTHERS = 40  # companies at the other ends told
BAR_WIDTH = 640  # pixels
WHOLE = 1000  # from here on amounts are told without cents; the workbook has them
MOST_WIDE = 850  # pixels: a wider picture would be too small on paper, where the other layout is taken
LANGUAGES = (("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh"), ("CYRILLIC", "ru"))
_FONTS = re.compile(r' font-family="[^"]*"')
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+\Z")

Row = dict[str, Any]


@dataclass(frozen=True)
class Room:
    """How many rows the two pages before the annex have for companies, lines that could not be checked, lists."""

    companies: int
    unseen: int
    lists: int


class Paper:
    """One paper's data and pictures."""

    def __init__(self, results: Results, shown: Content) -> None:
        self.results, self.shown = results, shown
        self.told, self.brief = shown.companies[:MOST_TOLD], shown.companies[MOST_TOLD:]
        self.others = shown.others[:MOST_OTHERS]
        every: tuple[Company | Other, ...] = (*self.told, *self.brief, *self.others)
        self.numbers = numbered(*(_sources_of(one) for one in every))
        self.lists = lists_met(results)
        bar = shown.bar.svg(BAR_WIDTH)
        self.pictures = {"bar.svg": _set_in_ours(bar)} if bar else {}

    def front(self, room: Room) -> Row:
        """The two pages that a board reads."""
        shown = self.shown
        lists = self.lists
        return {
            "portfolio": shown.portfolio,
            "subtitle": f"{counted(shown.holdings, 'holding', 'holdings')}. {shown.dates}",
            "colours": {letter: COLOURS[name] for name, letter in LETTERS.items()} | {ACCUSED: COLOURS["listed"]},
            "omitted": shown.omitted,
            "sentences": shown.sentences,
            "figures": [asdict(one) for one in shown.figures],
            "bar": {"title": shown.bar.title, "basis": shown.bar.basis, "words": shown.bar.words}
            if "bar.svg" in self.pictures
            else None,
            "value_head": ("Value" + (f", {shown.currency}" if shown.currency else "")) if shown.amounts else None,
            "legend": shown.legend if shown.companies else "",
            "companies": [_company_row(one) for one in shown.companies[: room.companies]],
            "more_companies": _more(len(shown.companies) - room.companies, "company", "companies", "in annex A"),
            "unseen_sentence": shown.unseen.sentence,
            "unseen": [_line_row(row) for row in shown.unseen.lines.head(room.unseen).iter_rows(named=True)],
            "more_unseen": _more(
                shown.unseen.lines.height - room.unseen, "line", "lines", "smaller than these, in the workbook"
            ),
            "classes": [_class_row(row) for row in shown.unseen.classes.iter_rows(named=True) if row["lines"]],
            "lists": [_list_row(row) for row in lists.head(room.lists).iter_rows(named=True)],
            "more_lists": _more(lists.height - room.lists, "list", "lists", "in annex C"),
            "meaning": meaning(self.results),
            "questions": board_questions(self.results),
            "limits": shown.limits,
        }

    def annex(self) -> Row:
        """Evidence and replies, letters, method, sources, and what the paper was made from."""
        shown = self.shown
        drafts, left = letters(self.results, shown)
        return {
            "evidence": [self._company(k, one) for k, one in enumerate(self.told)],
            "briefs": [_brief(one, self.numbers) for one in self.brief],
            "others": [self._other(one) for one in self.others],
            "more_others": _more(len(shown.others) - len(self.others), "company", "companies", "in the dashboard"),
            "waiting": [_waiting_row(row) for row in shown.unseen.waiting.head(20).iter_rows(named=True)],
            "letters": [asdict(one) for one in drafts],
            "letters_left": list(left),
            "breaches": [_breach(row) for row in shown.breaches.iter_rows(named=True)]
            if shown.breaches is not None
            else [],
            "warnings": shown.warnings,
            "relations": shown.method.relations,
            "paragraphs": shown.method.paragraphs,
            "list_texts": [pair for pair in shown.method.lists if pair[0] in set(self.lists["name"])],
            "rules": [
                (row["rule"], f"{row['test']}. {row['status'].capitalize()}. [{row['citation']}]")
                for row in shown.method.rules.iter_rows(named=True)
            ],
            "weights": [
                (row["kind"], row["name"], f"{row['weight']:.2f}")
                for row in shown.method.weights.iter_rows(named=True)
            ],
            "sources": [_source(row) for row in shown.sources(self.numbers).iter_rows(named=True)],
            "licences": [f"{row['licence']}: {row['lists']}" for row in shown.licences.iter_rows(named=True)],
            "parameters": manifest_words(shown.manifest),
            "correction": shown.correction,
        }

    def _company(self, number: int, one: Company) -> Row:
        known = one.known
        accusations = sorted(known.allegations, key=lambda one: one.status != "standing")
        return {
            **_company_row(one),
            "words": one.words,
            "how": f"{one.row['how'][:1].upper()}{sentence(one.row['how'])[1:]}",
            "description": known.entity["description"] or "",
            "lines": [_held_row(line) for line in one.lines],
            "listings": [self._fact(fact) for fact in known.listings],
            "allegations": [self._accusation(a) for a in accusations],
            "picture": self._picture(f"chain-{number}.svg", one),
            "verdicts": one.verdicts,
            "steps": [{"text": step.text, "note": self.numbers[step.source_id]} for step in one.steps],
            "context": [self._fact(fact) for fact in known.context],
            "links": [self._fact(fact) for fact in (known.links if one.row["relation"] == "business" else ())],
        }

    def _other(self, one: Other) -> Row:
        return {
            "title": one.title,
            "listings": [self._fact(fact) for fact in one.listings],
            "allegations": [self._accusation(a) for a in one.allegations],
        }

    def _fact(self, fact: Fact) -> Row:
        return {"text": fact.text, "note": self.numbers[fact.source_id]}

    def _accusation(self, one: Accusation) -> Row:
        status = "" if one.status == "standing" else f" ({one.status})"
        return {
            "claim": f"{one.claim}{status}",
            "about": f"{one.about[:1].upper()}{one.about[1:]}",
            "note": self.numbers[one.source_id],
            "reply": one.reply,
            "reply_note": self.numbers[one.reply_source_id] if one.reply_source_id else None,
        }

    def _picture(self, name: str, one: Company) -> Row | None:
        """The chain picture: across where that can be read on paper, else downwards."""
        if not one.has_picture:
            return None
        drawn = one.picture(self.numbers)
        down = _width(drawn) > MOST_WIDE
        drawn = one.picture(self.numbers, down=True) if down else drawn
        self.pictures[name] = _set_in_ours(drawn)
        words = picture_words(one.results, one.entity_id)
        return {"file": name, "width": _width(drawn), "tall": down, "words": words}


def _sources_of(one: Company | Other) -> Iterable[str]:
    """The sources of what the paper shows of a company, in the order in which it is shown."""
    if isinstance(one, Other):
        return [*(f.source_id for f in one.listings), *_accusers(one.allegations)]
    known = one.known
    links = known.links if one.row["relation"] == "business" else ()
    steps = [step["source"] for chain in one.chains for step in chain.steps]
    context = [f.source_id for f in (*known.context, *links)]
    return [*(f.source_id for f in known.listings), *_accusers(known.allegations), *steps, *context]


def _accusers(some: Iterable[Accusation]) -> list[str]:
    return [i for one in some for i in (one.source_id, one.reply_source_id) if i]


def _company_row(one: Company) -> Row:
    row = one.row
    local = row["name_local"] if row["name_local"] != row["company"] else None
    return {
        "letter": row["letter"].strip("()"),
        "alleged": row["kind"] == "allegation",
        "name": row["company"],
        "local": local or "",
        "language": language(local or ""),
        "through": f"through {row['through']}" if row["through"] else "",
        "lists": row["lists"],
        "held": row["held"],
        **_amounts(row),
    }


def _amounts(row: Row) -> Row:
    return {"value": _money(row["value"]), "share": percent(row["share"])}


def _money(value: float | None) -> str:
    """An amount for a table on paper: without cents where there is enough before them."""
    return full_money(value if value is None or abs(value) < WHOLE else round(value))


def _line_row(row: Row) -> Row:
    return {"name": row["name"] or "without a name", "why": row["why"], **_amounts(row)}


def _waiting_row(row: Row) -> Row:
    line = {"name": row["name"] or "without a name", "candidate": row["candidate"] or "", "why": row["reason"]}
    return {**line, **_amounts(row)}


def _class_row(row: Row) -> Row:
    return {"what": row["what"], "lines": f"{row['lines']:,}", **_amounts(row)}


def _list_row(row: Row) -> Row:
    return {
        **{k: row[k] for k in ("short_name", "restricts", "binds", "companies")},
        **_amounts(row),
    }


def _held_row(line: HeldLine) -> Row:
    parts = [line.place, line.kind, line.held, *([f"through {line.through}"] if line.through else [])]
    return {
        "name": line.name or "without a name",
        "where": " · ".join(parts),
        "reason": line.reason,
        "value": _money(line.value),
        "share": percent(line.share),
    }


def _brief(one: Company, numbers: dict[str, int]) -> Row:
    told = [{"text": f"{listing_brief(f.row)}.", "note": numbers[f.source_id]} for f in one.known.listings]
    told += [
        {"text": f"{allegation_brief(a.row)} {a.reply}", "note": numbers[a.source_id]}
        for a in one.known.allegations
    ]
    return {**_company_row(one), "facts": told}


def _breach(row: Row) -> Row:
    exception = f" Exception: {row['exception']}." if row["exception"] else ""
    return {
        "action": row["action"],
        "name": row["issuer"] or row["name"] or "without a name",
        "why": f"{row['clause']}: {row['why']}{exception}",
    }


def _source(row: Row) -> Row:
    address = row["url"] if row["url"] and _ADDRESS.match(row["url"]) else None
    return {"number": row["number"], "title": row["title"], "about": row["about"], "url": address}


def _more(number: int, one: str, many: str, where: str) -> str:
    return f"{counted(number, f'further {one}', f'further {many}')} {where}." if number > 0 else ""


def _set_in_ours(svg: str) -> str:
    """A drawing with the paper's own font, whatever fonts it names."""
    return _FONTS.sub("", svg).replace("<svg ", f'<svg font-family="{FAMILY}" ', 1)


def _width(svg: str) -> int:
    return int(svg.partition('width="')[2].partition('"')[0])


def language(text: str) -> str:
    """The language of a name in its own script, for those who have it read out; ``en`` for Latin letters."""
    scripts = {unicodedata.name(c, "").split(" ")[0].split("-")[0] for c in text}
    return next((code for script, code in LANGUAGES if script in scripts), "en")
