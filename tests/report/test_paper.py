"""The trustees' paper: two pages and an annex, tagged, complete, the same bytes each time."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import papers
import polars as pl
import pypdfium2
import pytest
import typst
from hostile_names import HOSTILE
from test_redact import amounts

import exposure as ex
from exposure.present.words import headline_sentences
from exposure.report import paper_fonts
from exposure.report.content import content
from exposure.report.paper import paper
from exposure.report.redact import levels, redact
from exposure.report.text import visible

MARGIN = 10  # millimetres that stay white on every side


WRITTEN: dict[tuple[int, str], tuple[ex.Screening, bytes]] = {}  # papers of screenings that several tests look at


def made(result: ex.Screening, level: str = "full") -> bytes:
    key = (id(result), "+".join(levels(level)))
    if key not in WRITTEN:
        WRITTEN[key] = (result, paper(redact(result, level)))  # the screening stays, so that its id stays its own
    return WRITTEN[key][1]


@pytest.fixture(scope="module")
def pension_paper(pension: ex.Screening) -> bytes:
    return made(pension)


def test_two_pages_then_the_annex(example: ex.Screening) -> None:
    pages = papers.reader(made(example)).pages
    assert pages[0].extract_text().startswith("Paper for the trustees")
    assert "Questions to put to the fund managers" in pages[1].extract_text()
    assert pages[2].extract_text().startswith("Annex A.")


def test_two_pages_however_many_companies(large: ex.Screening) -> None:
    pages = papers.reader(made(large)).pages
    assert "Questions to put to the fund managers" in pages[1].extract_text()
    assert pages[2].extract_text().startswith("Annex A.")


def test_the_finding_comes_first_and_every_sentence_of_the_headline_is_there(example: ex.Screening) -> None:
    front = papers.words(made(example), 0, 2)
    sentences = [papers.squeezed(one) for one in headline_sentences(example)]
    assert all(one in front for one in sentences)
    assert front.index(sentences[0]) < front.index("Whatwehold") < front.index("Howsureweare")
    assert front.index("Howsureweare") < front.index("Whatitmeans") < front.index("Questionstoput")


def test_every_company_has_its_listings_and_each_allegation_its_reply(example: ex.Screening) -> None:
    said = papers.words(made(example))
    for one in content(redact(example)).companies:
        assert papers.squeezed(one.words) in said
        for fact in one.known.listings:
            assert papers.squeezed(fact.text) in said
        for accusation in one.known.allegations:
            assert papers.squeezed(accusation.claim) in said
            assert papers.squeezed(accusation.reply) in said


def test_a_reply_stands_in_the_row_of_its_allegation(pension: ex.Screening, pension_paper: bytes) -> None:
    """Read row by row, as tagged: the cell behind an allegation is the reply to it."""
    document = pypdfium2.PdfDocument(pension_paper)
    one = next(c for c in content(redact(pension)).companies if c.entity_id == "hikvision")
    claim = next(a for a in one.known.allegations if "IPVM" in a.claim)
    for page in document:
        text = page.get_textpage()
        found = text.search(claim.claim[:30]).get_next()
        if found:
            _, _, _, top = text.get_charbox(found[0])
            beside = text.get_text_bounded(left=300, bottom=top - 60, right=560, top=top + 4)
            assert papers.squeezed(claim.reply)[:25] in papers.squeezed(beside)
            return
    pytest.fail("the allegation is on no page")


def test_tagged_titled_and_in_english(pension: ex.Screening, pension_paper: bytes) -> None:
    root = papers.reader(pension_paper).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    meta = root["/Metadata"].get_object().get_data().decode("utf-8")
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert pension.portfolio in papers.reader(pension_paper).metadata.title
    assert len(papers.tags(pension_paper, "/H1")) >= 8
    assert papers.tags(pension_paper, "/TH")


def test_every_picture_has_its_words(pension: ex.Screening, pension_paper: bytes) -> None:
    shown = content(redact(pension))
    told = [str(figure["/Alt"]) for figure in papers.tags(pension_paper, "/Figure")]
    assert told[0] == shown.bar.words
    assert len(told) == 1 + sum(one.has_picture for one in shown.companies)
    assert any("CETHIK" in alt and "36." in alt for alt in told)


def test_native_names_are_text_and_every_font_is_inside(pension_paper: bytes) -> None:
    said = papers.words(pension_paper)
    assert "杭州海康威视数字技术股份有限公司" in said
    assert "\ufffd" not in said
    described = [
        o for o in papers.objects(pension_paper) if isinstance(o, dict) and o.get("/Type") == "/FontDescriptor"
    ]
    assert described
    assert all("/FontFile3" in one or "/FontFile2" in one for one in described)


def test_sources_are_linked_and_no_address_is_anything_but_the_web(pension_paper: bytes) -> None:
    addresses = papers.addresses(pension_paper)
    assert len(addresses) > 10
    assert all(address.startswith(("https://", "http://")) for address in addresses)


def test_a_letter_to_each_manager_of_the_file(root: Path, pension_paper: bytes) -> None:
    """Known from the file itself: who manages Hikvision, and whose lines are neither exposed nor unseen."""
    book = openpyxl.load_workbook(root / "datasets/examples/example_pension.xlsx", read_only=True)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    hikvision = next(row for row in rows if any("HIKVISION" in str(cell) for cell in row))
    assert "Meridian Emerging Markets" in hikvision
    letters = [
        page.extract_text()
        for page in papers.reader(pension_paper).pages
        if "Dear Sir or Madam" in page.extract_text()
    ]
    mine = next(text for text in letters if "To: Meridian Emerging Markets" in text)
    assert "HANGZHOU HIKVISION" in mine
    assert not any("HIKVISION" in text for text in letters if "To: Meridian" not in text)
    cityview = next(text for text in letters if "To: Cityview Index" in text)
    assert "CITYVIEWEMERGINGMARKETSEQUITYINDEXFUND”hold,linebyline" in papers.squeezed(cityview)
    assert not any("To: Treasury" in text for text in letters)


def test_letters_go_to_the_managers_of_the_funds_where_the_file_names_no_managers() -> None:
    funds = {
        "World Fund": pl.DataFrame(
            {
                "Name": ["Hikvision", "Nestle SA"],
                "ISIN": ["CNE100000PM8", "CH0038863350"],
                "Market Value (USD)": [5.0, 95.0],
            }
        )
    }
    frame = pl.DataFrame(
        {
            "Name": ["World Fund", "Dahua Technology", "Opaque Fund"],
            "Asset Class": ["Fund", "Equity", "Fund"],
            "ISIN": [None, "CNE100000BJ4", None],
            "Market Value (GBP)": [900.0, 50.0, 40.0],
        }
    )
    result = ex.screen(
        ex.read_holdings(frame, name="f.csv", portfolio="Small Pension"),
        funds=funds,
        rates={"USD": 1.0},
        in_currency="GBP",
    )
    said = papers.words(made(result))
    for manager in ("ThemanagerofWorldFund", "ThemanagerofOpaqueFund", "ThemanagerofSmallPension"):
        assert f"To:{manager}" in said, manager


def test_more_managers_than_letters_are_named() -> None:
    names = [f"Manager {k:02}" for k in range(30)]
    frame = pl.DataFrame(
        {
            "Name": ["Hikvision"] * 30,
            "ISIN": ["CNE100000PM8"] * 30,
            "Manager": names,
            "Market Value (GBP)": [float(100 - k) for k in range(30)],
        }
    )
    said = papers.words(made(ex.screen(frame)))
    assert said.count("DearSirorMadam") == 12
    assert all(papers.squeezed(name) in said for name in names)


def test_nothing_found_is_told_with_its_limits() -> None:
    frame = pl.DataFrame(
        {
            "Name": ["Ordinary Company plc", "Cash"],
            "Asset Class": ["Equity", "Cash"],
            "Market Value (GBP)": [900.0, 100.0],
        }
    )
    content_ = made(ex.screen(frame))
    said = papers.words(content_, 0, 2)
    assert "Nocompanyinthe100.0%wecouldidentifyison" in said
    assert "AnnexA.TheevidenceandtherepliesNocompanymet" in papers.words(content_)
    assert "AnnexB." not in papers.words(content_)


def test_a_file_of_weights_has_a_paper(root: Path) -> None:
    frame = pl.DataFrame(
        {"Name": ["Hikvision", "Other plc"], "ISIN": ["CNE100000PM8", None], "Weight (%)": [10.0, 90.0]}
    )
    said = papers.words(made(ex.screen(frame)), 0, 2)
    assert "10.00%ofthisportfolioreaches1company" in said


def test_export_controls_are_not_called_sanctions(pension_paper: bytes) -> None:
    front = papers.words(pension_paper, 0, 2).lower()
    assert "entitylist" in front
    assert front.count("sanction") == front.count("nosanction")


def test_pages_keep_their_margins_and_none_is_empty(example: ex.Screening) -> None:
    for page in pypdfium2.PdfDocument(made(example)):
        image = page.render(scale=1).to_numpy().min(axis=2)
        edge = int(MARGIN / 25.4 * 72)
        inner = image[edge:-edge, edge:-edge]
        assert inner.min() < 100
        image[edge:-edge, edge:-edge] = 255
        assert image.min() == 255, "something stands in the margin"


def test_no_heading_is_left_alone_at_the_foot_of_a_page(example: ex.Screening) -> None:
    pdf = papers.reader(made(example))

    def every(some: list) -> list:
        return [leaf for one in some for leaf in (every(one) if isinstance(one, list) else [one])]

    outline = every(pdf.outline)
    assert len(outline) > 20
    assert min(float(one.top) for one in outline if one.top is not None) > 90  # points above the page's lower edge


MARKUP = ("#sys.version", "*bold* _it_ $x^2$ `raw`", "= Heading", '#read("data.json")', "@label <end>", "\\#")


def test_names_are_text_and_never_markup() -> None:
    """Every text as the name of a listed security, of a manager and of the portfolio: in the paper as it is."""
    texts = [*HOSTILE, *MARKUP]
    frame = pl.DataFrame(
        {
            "Name": [*(f"Hikvision {text}" for text in texts), "Nestle SA"],
            "ISIN": [*["CNE100000PM8"] * len(texts), "CH0038863350"],
            "Manager": [texts[k % 3] for k in range(len(texts) + 1)],
            "Market Value (GBP)": [1000.0] * (len(texts) + 1),
        }
    )
    content_ = made(ex.screen(ex.read_holdings(frame, name="f.csv", portfolio=" ".join(texts))))
    said = papers.words(content_)
    for text in texts:
        shown = papers.squeezed(visible(text))
        assert said.count(f"Hikvision{shown}") >= 2, text  # in the evidence and in the letter to the manager
        assert shown in papers.squeezed(papers.reader(content_).pages[0].extract_text()), text
    raw = papers.everything(content_)
    assert "/JavaScript" not in raw
    assert "/Launch" not in raw
    assert not [one for one in papers.addresses(content_) if not one.startswith("http")]


def test_a_character_that_no_font_has_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thai, on a machine that has no Thai font: what is missing, and what to install."""
    own = paper_fonts._fonts(system=False)
    monkeypatch.setattr(paper_fonts, "_fonts", lambda *, system: own)
    frame = pl.DataFrame({"Name": ["กองทุน Fund"], "Asset Class": ["Fund"], "Market Value (GBP)": [1000.0]})
    with pytest.raises(ex.ExposureError, match="install the font Noto Sans Thai") as caught:
        made(ex.screen(frame))
    assert "กองทุน" in str(caught.value)
    assert str(caught.value).count(". ") == 0


def test_the_bundled_fonts_have_every_character_of_the_reference_data(root: Path) -> None:
    told = "".join(path.read_text("utf-8") for path in sorted((root / "datasets").glob("*.csv")))
    characters = "\n".join(sorted({c for c in told if c.isprintable() and not c.isspace()}))
    font = b'#set text(font: "Exposure Sans", lang: "en", weight: sys.inputs.weight)'
    source = b'#set document(title: "x")\n' + font + b'\n#read("all.txt")'
    for weight in ("regular", "bold"):
        made = typst.compile(
            {"main.typ": source, "all.txt": characters.encode()},
            font_paths=paper_fonts._fonts(system=False),
            sys_inputs={"weight": weight},
            pdf_standards=["ua-1"],
        )
        assert made.startswith(b"%PDF")


def test_the_fonts_come_with_their_licence_and_are_small() -> None:
    fonts = sorted(paper_fonts.FOLDER.glob("*.otf"))
    assert len(fonts) == 2
    assert sum(font.stat().st_size for font in fonts) < 2_000_000
    licence = (paper_fonts.FOLDER / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "OTHER DEALINGS IN THE FONT SOFTWARE" in licence


# ---- redaction -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["percent", "percent+names", "flagged+percent"])
def test_percent_holds_no_amount(example: ex.Screening, level: str) -> None:
    content_ = made(example, level)
    said, raw = papers.words(content_), papers.everything(content_)
    assert [a for a in amounts(example) if len(a) >= 6 and papers.squeezed(a) in said] == []
    # In drawings and dictionaries shorter figures may be places on the page.
    assert [a for a in amounts(example) if len(a) >= 9 and a in raw] == []
    assert "Value,GBP" not in said
    assert "leaveseveryamountofmoneyout" in said


@pytest.mark.parametrize("level", ["flagged", "flagged+percent"])
def test_flagged_holds_no_other_name(example: ex.Screening, level: str) -> None:
    raw = papers.squeezed(papers.everything(made(example, level)))
    others = example.holdings.filter(~pl.col("row").is_in(example.exposures["row"].implode()))
    known = {*example.universe.entities["name"], *example.universe.names["name"]}
    names = {name for name in others["name"].drop_nulls() if name not in known}
    assert names
    assert [name for name in names if papers.squeezed(name) in raw] == []


@pytest.mark.parametrize("level", ["names", "names+percent"])
def test_names_holds_neither_portfolio_nor_file_nor_hash_nor_manager(example: ex.Screening, level: str) -> None:
    raw = papers.squeezed(papers.everything(made(example, level))).lower()
    file = example.manifest["inputs"][0]
    hidden = [example.portfolio, file["file"], Path(file["file"]).stem, file["sha256"]]
    lines = " ".join(example.holdings["name"].drop_nulls()).lower()  # a manager's name may be part of a fund's
    hidden += [one for one in example.holdings["group"].drop_nulls().unique() if one.lower() not in lines]
    assert [name for name in hidden if papers.squeezed(name).lower() in raw] == []
    assert "namewithheld" in raw


def test_everything_finds_what_a_full_copy_holds(pension: ex.Screening, pension_paper: bytes) -> None:
    raw = papers.squeezed(papers.everything(pension_paper))
    assert papers.squeezed(pension.portfolio) in raw
    assert pension.manifest["inputs"][0]["sha256"] in raw
    assert sum(papers.squeezed(a) in raw for a in amounts(pension)) > 10


# ---- the same bytes --------------------------------------------------------------------------------------------


def test_the_manifest_lies_inside(pension: ex.Screening, pension_paper: bytes) -> None:
    blobs = papers.reader(pension_paper).attachments
    told = json.loads(blobs["manifest.json"][0])
    assert told["manifest"]["inputs"] == pension.manifest["inputs"]
    assert told["headline"]["at_least"]["value"] == pension.headline.at_least.value


def test_the_library_writes_the_same_paper(pension: ex.Screening, pension_paper: bytes, tmp_path: Path) -> None:
    path = tmp_path / "library.pdf"
    pension.to_pdf(path)
    assert path.read_bytes() == pension_paper
