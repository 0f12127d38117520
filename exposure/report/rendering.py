"""What the one-file dashboard and the published site are both made with: templates, filters, styles, scripts."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from exposure.present.chains import sentence
from exposure.present.charts import ACCENT, EDGE, INK, PAPER
from exposure.present.pages import allegation_brief, listing_brief
from exposure.present.words import counted, full_money, percent


def environment() -> Environment:
    """Templates that escape everything, with the filters that every page uses."""
    templates = Environment(
        loader=PackageLoader("exposure.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "allegation_brief": allegation_brief,
        "counted": counted,
        "full_money": full_money,
        "full_stop": sentence,
        "listing_brief": listing_brief,
        "percent": percent,
        "sentence": lambda text: f"{text[:1].upper()}{sentence(text)[1:]}",
    }
    return templates


def asset(*names: str) -> str:
    """Files of the templates' folder one after the other, the colours filled in."""
    folder = resources.files("exposure.report").joinpath("templates")
    text = "".join(folder.joinpath(name).read_text("utf-8") for name in names)
    return text.replace("$ACCENT", ACCENT).replace("$INK", INK).replace("$PAPER", PAPER).replace("$EDGE", EDGE)
