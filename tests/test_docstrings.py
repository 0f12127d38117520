"""The API reference is the docstrings: each public one has an example, and every example runs as it stands."""

import doctest
import inspect
import pydoc

import polars as pl
import pytest

import exposure as ex

CLASSES = [
    ex.Universe,
    ex.Screening,
    ex.Holdings,
    ex.Comparison,
    ex.Batch,
    ex.Judgements,
    ex.Weights,
    ex.Proxy,
    ex.Policy,
]
CLASSES += [type(ex.screen_many([ex.example("pension")]).charts), type(ex.company("Hikvision"))]
CLASSES += [ex.views.Charts, ex.views.ComparisonCharts]
MODULES = [ex.ownership, ex.resolve]


def public():
    """Every public function, class and method by its name."""
    for module in (ex, *MODULES):
        prefix = "ex" if module is ex else f"ex.{module.__name__.rpartition('.')[2]}"
        for name in module.__all__:
            found = getattr(module, name)
            if not inspect.ismodule(found):
                yield f"{prefix}.{name}", found
    for cls in CLASSES:
        for name, member in inspect.getmembers(cls):
            if not name.startswith("_") and (callable(member) or isinstance(member, property)):
                yield f"{cls.__name__}.{name}", member


PUBLIC = dict(public())


@pytest.fixture(scope="module")
def screening():
    return ex.screen(ex.example("pension"))


@pytest.mark.parametrize("name", PUBLIC)
def test_public_docstring_has_an_example_that_runs(name, screening, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = inspect.getdoc(PUBLIC[name]) or ""
    assert ">>>" in text, f"{name} has no example"
    told = {"ex": ex, "pl": pl, "screening": screening}
    example = doctest.DocTestParser().get_doctest(text, told, name, None, None)
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(example, out=report.append)
    assert runner.failures == 0, "".join(report)


def test_reference_reads_well():
    text = pydoc.plain(pydoc.render_doc(ex))
    assert "DESCRIPTION" in text
    assert "read and screen" in text
    assert "sqlalchemy" not in text
    for name in ex.BEGIN:
        assert name in text


def test_the_overview_runs():
    assert doctest.testmod(ex).failed == 0
