"""What people decided about matches: an append-only ledger, applied on every run, kept apart from computation.

One row is one decision: who, when, why, about which name as published, against which entity (or another name), and
the hash of the evidence that was on the table. Nothing is ever changed or removed; a later row about the same two
outranks an earlier one: ``unsure`` says that somebody looked and left the question open, ``withdrawn`` takes an
earlier decision back. Positive decisions are transitive: "A is B" and "B is entity E" make A the entity E. A
decision holds as long as the evidence is the same; when the file says something else of the line, the question is
open again. A decision never silently overrides a valid identifier: where they differ, a person sees both.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from exposure.errors import InputError, UsageError
from exposure.names import folded
from exposure.neutral import neutral, restored
from exposure.resolve.identify import SCHEMES
from exposure.schema import Matches, check

COLUMNS = {
    "judged_at": pl.String,  # ISO date or time, as given: the ledger has no clock of its own
    "judged_by": pl.String,
    "subject": pl.String,  # the line's name as published
    "object": pl.String,  # an entity id, or another name
    "object_kind": pl.String,
    "verdict": pl.String,
    "why": pl.String,
    "evidence": pl.String,  # SHA-256 of what the file says of the line; empty for a decision about names as such
}
KINDS, VERDICTS = ("entity", "name"), ("same", "different", "unsure", "withdrawn")
SAID = ("isin", "cusip", "sedol", "figi", "lei", "ticker", "venue")


def evidence(line: Mapping[str, Any]) -> str:
    """Hash what a file says of a line: its name, folded, and its valid identifiers."""
    name = fold(str(line.get("name") or ""))
    said = {key: line[key] for key in SAID if line.get(key) is not None}
    return hashlib.sha256(json.dumps([name, said], sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def fold(name: str) -> str:
    """Fold one name, so that case and punctuation open no question anew."""
    return str(pl.DataFrame({"name": [name]}).select(folded(pl.col("name"))).item())


@dataclass(frozen=True)
class Judgements:
    """A ledger of decisions; adding to it makes a new ledger.

    Attributes:
        frame: one row per decision, oldest first, with the columns ``COLUMNS``.

    Examples:
        >>> said = {"by": "A. Analyst", "at": "2026-05-04", "why": "Its H shares."}
        >>> ledger = ex.Judgements.empty().add("CHINA TELECOM 'H'", "china_telecom", same=True, **said)
        >>> ledger.frame["verdict"].to_list()
        ['same']
    """

    frame: pl.DataFrame

    @classmethod
    def empty(cls) -> Judgements:
        """Return a ledger without decisions.

        Examples:
            >>> ex.Judgements.empty().frame.height
            0
        """
        return cls(pl.DataFrame(schema=COLUMNS))

    @classmethod
    def load(cls, path: str | Path) -> Judgements:
        """Read a ledger that ``to_csv`` wrote.

        Raises:
            InputError: the file cannot be read or is no ledger; the message says what to do.

        Examples:
            >>> text = ex.Judgements.empty().to_csv("judgements.csv")
            >>> ex.Judgements.load("judgements.csv").frame.height
            0
        """
        try:
            return cls.read(Path(path).read_bytes(), str(path))
        except OSError as error:
            raise InputError(f"{path} cannot be read as a ledger of judgements: {error.strerror}.") from error

    @classmethod
    def read(cls, content: bytes, name: str = "the ledger") -> Judgements:
        """Read the bytes of a ledger that ``to_csv`` wrote.

        Raises:
            InputError: they are no ledger; the message says what to do.

        Examples:
            >>> ex.Judgements.read(ex.Judgements.empty().to_csv().encode()).frame.height
            0
        """
        try:
            frame = pl.read_csv(content, infer_schema=False).with_columns(restored(pl.all()).fill_null(""))
        except pl.exceptions.PolarsError as error:
            reason = str(error).splitlines()[0]
            raise InputError(f"{name} cannot be read as a ledger of judgements: {reason}") from error
        missing = [c for c in COLUMNS if c not in frame.columns]
        if missing:
            raise InputError(f"{name} is no ledger of judgements: it lacks the columns {', '.join(missing)}.")
        for column, allowed in (("verdict", VERDICTS), ("object_kind", KINDS)):
            wrong = frame.filter(~pl.col(column).is_in(allowed))
            if wrong.height:
                raise InputError(f"{name}: {column} “{wrong[column][0]}” must be one of {', '.join(allowed)}.")
        return cls(frame.select(list(COLUMNS)))

    def add(
        self,
        subject: str,
        object: str,
        *,
        same: bool | None = None,
        verdict: str | None = None,
        by: str,
        at: str,
        why: str,
        evidence: str = "",
        object_kind: str = "entity",
    ) -> Judgements:
        """Append one decision.

        Args:
            subject: the line's name as published.
            object: an entity id, or another name with ``object_kind="name"``.
            same: whether the two are one company; or give ``verdict``.
            verdict: same, different, unsure or withdrawn.
            by: who decided.
            at: when, as ISO date or time.
            why: the reason, one sentence.
            evidence: :func:`evidence` of the line; empty when the decision is about the names as such.
            object_kind: ``entity`` or ``name``.

        Raises:
            UsageError: a part that makes a decision accountable is missing.

        Examples:
            >>> told = {"by": "A. Analyst", "at": "2026-05-04", "why": "Another line of business."}
            >>> ex.Judgements.empty().add("DELTA PLC", "delta_air_lines", same=False, **told).frame["verdict"][0]
            'different'
        """
        if not (subject.strip() and object.strip() and by.strip() and at.strip() and why.strip()):
            raise UsageError("A judgement needs a name, an object, who, when and why.")
        if object_kind not in KINDS:
            raise UsageError(f"object_kind is “{object_kind}”; it must be one of {', '.join(KINDS)}.")
        if (same is None) == (verdict is None):
            raise UsageError("A judgement says either same= or verdict=.")
        said = verdict or (VERDICTS[0] if same else VERDICTS[1])
        if said not in VERDICTS:
            raise UsageError(f"verdict is “{said}”; it must be one of {', '.join(VERDICTS)}.")
        row = pl.DataFrame(
            [[at, by, subject, object, object_kind, said, why, evidence]], schema=COLUMNS, orient="row"
        )
        return Judgements(pl.concat([self.frame, row]))

    def merge(self, other: Judgements) -> Judgements:
        """Append another ledger's decisions that are not here yet, in the order they were made.

        Examples:
            >>> ledger = ex.Judgements.empty()
            >>> ledger.merge(ledger).frame.height
            0
        """
        both = pl.concat([self.frame, other.frame]).unique(maintain_order=True)
        return Judgements(both.sort("judged_at", maintain_order=True))

    def to_csv(self, path: str | Path | None = None) -> str:
        """Write the ledger as CSV, safe to be opened in a spreadsheet; the same decisions give the same bytes.

        Returns:
            The text written.

        Examples:
            >>> ex.Judgements.empty().to_csv().split(",")[0]
            'judged_at'
        """
        text = io.StringIO()
        self.frame.with_columns(neutral(pl.all())).write_csv(text)
        if path is not None:
            Path(path).write_text(text.getvalue(), encoding="utf-8")
        return text.getvalue()

    def decided(self) -> pl.DataFrame:
        """The decisions in force about names and entities, positive ones carried on from name to name.

        Returns:
            ``key`` (folded name), ``entity_id``, ``same``, ``evidence``, ``told`` (the sentence); the latest
            decision about a name and an entity only.

        Examples:
            >>> ex.Judgements.empty().decided().columns
            ['key', 'entity_id', 'same', 'evidence', 'told']
        """
        rows = [row | {"key": fold(row["subject"])} for row in self.frame.iter_rows(named=True)]
        groups = _groups({(r["key"], fold(r["object"])): r for r in rows if r["object_kind"] == "name"})
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in _latest(r for r in rows if r["object_kind"] == "entity"):
            told = f"{row['judged_by']} decided on {row['judged_at']}: {row['why']}"
            for key in groups.get(row["key"], {row["key"]}):
                direct = key == row["key"]
                if direct or row["verdict"] == "same":
                    found[(key, row["object"])] = {
                        "key": key,
                        "entity_id": row["object"],
                        "same": row["verdict"] == "same",
                        "evidence": row["evidence"] if direct else "",
                        "told": told if direct else f"{told} (for “{row['subject']}”, judged the same name)",
                    }
        schema = {"key": pl.String, "entity_id": pl.String, "same": pl.Boolean, "evidence": pl.String}
        return pl.DataFrame(list(found.values()), schema=schema | {"told": pl.String})


def _latest(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last word about each name and entity, in the order they were said; what it leaves open is out."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        last.pop((row["key"], row["object"]), None)
        last[(row["key"], row["object"])] = row
    return [row for row in last.values() if row["verdict"] in ("same", "different")]


def _groups(links: Mapping[tuple[str, str], Mapping[str, Any]]) -> dict[str, set[str]]:
    """Names that positive decisions make one; the latest decision about two names counts."""
    group: dict[str, set[str]] = {}
    for (one, two), row in links.items():
        if row["verdict"] == "same":
            joined = group.get(one, {one}) | group.get(two, {two})
            group.update(dict.fromkeys(joined, joined))
    return group


def apply(matches: pl.DataFrame, holdings: pl.DataFrame, judgements: Judgements) -> pl.DataFrame:
    """Lay decisions over computed matches.

    A positive decision makes the match accepted, a negative one strikes the candidate. Where a valid identifier
    means another company, or the one struck, both go to review. Where the evidence is no longer the one decided
    on, the computed match stands and says that the question is open again.

    Args:
        matches: MATCHES as computed.
        holdings: HOLDINGS of the same rows.
        judgements: the ledger.

    Returns:
        MATCHES; ``method`` is ``judgement`` where a decision settled the row.
    """
    decided = judgements.decided()
    if decided.is_empty():
        return matches
    lines = holdings.filter(pl.col("name").is_not_null()).with_columns(key=folded(pl.col("name")))
    touched = lines.join(decided.select("key").unique(), on="key", how="semi")
    by_key = decided.partition_by("key", as_dict=True)
    of_row = matches.join(touched.select("row"), on="row", how="semi").partition_by("row", as_dict=True)
    settled = [
        row
        for line in touched.iter_rows(named=True)
        for row in _settle(line, of_row[(line["row"],)].to_dicts(), by_key[(line["key"],)].to_dicts())
    ]
    rest = matches.join(touched.select("row"), on="row", how="anti")
    if not settled:
        return matches
    columns = {c: pl.String if c == "band" else t for c, t in matches.schema.items()}
    new = pl.DataFrame(settled, schema=columns)
    return check(Matches, pl.concat([rest.cast({"band": pl.String}), new]).sort("row", "rank"))


def _settle(
    line: dict[str, Any], rows: list[dict[str, Any]], decided: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Apply the decisions about one line to its matches."""
    now = evidence(line)
    holding = [d for d in decided if d["evidence"] in ("", now)]
    if not holding:
        return [
            row | {"reason": f"{row['reason']}; decided before, open again: {decided[-1]['told']}"} for row in rows
        ]
    identified = rows[0]["method"] in (*SCHEMES, "ticker") and rows[0]["band"] == "accept"
    yes = [d for d in holding if d["same"]]
    no = {d["entity_id"]: d for d in holding if not d["same"]}
    if identified:
        return _beside_identifier(rows[0], yes, no)
    if len({d["entity_id"] for d in yes}) > 1:
        return [
            _row(line, rank, d, "review", f"judgements name several companies: {d['told']}")
            for rank, d in enumerate(yes)
        ]
    if yes:
        return [_row(line, 0, yes[-1], "accept", yes[-1]["told"])]
    left = [row for row in rows if row["entity_id"] not in no]
    if left or rows[0]["entity_id"] is None:
        return [row | {"rank": rank} for rank, row in enumerate(left or rows)]
    told = "; ".join(d["told"] for d in no.values())
    return [_row(line, 0, {"entity_id": None}, "none", f"not the company it resembles: {told}")]


def _beside_identifier(
    row: dict[str, Any], yes: list[dict[str, Any]], no: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Keep what an identifier says; show a decision that differs beside it."""
    others = [d for d in yes if d["entity_id"] != row["entity_id"]]
    against = [*others, *([no[row["entity_id"]]] if row["entity_id"] in no else [])]
    if not against:
        return [row]
    reason = f"{row['reason']}, but {against[-1]['told']}"
    first = row | {"band": "review", "score": 0.5, "reason": reason}
    return [first, *(_row(row, rank, d, "review", reason) for rank, d in enumerate(others, start=1))]


def _row(line: dict[str, Any], rank: int, decision: dict[str, Any], band: str, reason: str) -> dict[str, Any]:
    score = None if band == "none" else 1.0 if band == "accept" else 0.5
    return {
        "row": line["row"],
        "rank": rank,
        "entity_id": decision["entity_id"],
        "method": "judgement",
        "score": score,
        "band": band,
        "reason": reason,
    }
