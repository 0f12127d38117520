"""What ``import exposure`` brings along, and that the core works where pandas and pyarrow are not installed."""

import subprocess
import sys
import textwrap

HEAVY = ("yfinance", "streamlit", "altair", "pandas")


def run(code):
    """A fresh interpreter; what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


def test_import_loads_none_of_the_heavy_libraries():
    told = run(f"import sys, exposure; print([m for m in {HEAVY!r} if m in sys.modules])")
    assert told[0] == "[]"


def test_a_screen_loads_no_face_either():
    told = run(
        f"""
        import sys, exposure as ex
        ex.screen(ex.example("endowment"))._repr_html_()
        print([m for m in {HEAVY!r} if m in sys.modules])
        """
    )
    assert told[0] == "[]"


BLOCKED = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("pandas", "pyarrow"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import exposure as ex
"""


def test_the_core_works_without_pandas_and_pyarrow():
    told = run(
        BLOCKED
        + """
for name in ("pension", "index_fund", "endowment"):
    screening = ex.screen(ex.example(name), funds=ex.example("funds"), market_caps={"hikvision": (1e11, "GBP")})
    screening._repr_html_(), screening.to_json(), screening.to_html("/dev/null")
    more = ex.sensitivity(screening).height > 5, screening.chains("Hikvision").height > 3
    print(screening.exposures.height, *more)
holdings = ex.read_holdings(ex.example("pension"))
assert ex.read_holdings(holdings.to_polars()).frame.equals(holdings.frame)
assert ex.Universe.load().with_(lists={"name": "Ours", "effect": "investment"}).own_lists
print(ex.screen_many([ex.example("pension")]).errors.height)
"""
    )
    assert all(line.endswith("True True") for line in told[:3])
    assert int(told[1].split()[0]) > 10
    assert told[3] == "0"


def test_without_pandas_the_way_to_it_is_told():
    told = run(
        BLOCKED
        + """
for ask in ("to_pandas", "to_arrow"):
    try:
        getattr(ex.read_holdings(ex.example("pension")), ask)()
    except ex.ExposureError as error:
        print(error)
"""
    )
    assert told[0] == "This needs the library pandas, which is not installed; run: python -m pip install pandas"
    assert told[1] == "This needs the library pyarrow, which is not installed; run: python -m pip install pyarrow"
