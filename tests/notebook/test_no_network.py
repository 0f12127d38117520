"""Everything but market data works where no machine can be reached: nothing asks for an address or a connection."""

import subprocess
import sys

WORK = """
import socket, sys

asked = []

def refused(*arguments, **more):
    asked.append(arguments)
    raise OSError("no network")

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refused)
for name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, name, refused)

import exposure as ex

holdings = ex.read_holdings(ex.example("pension"))
screening = ex.screen(holdings)
other = ex.screen(ex.example("index_fund"))
change = ex.compare(screening, screening)
held = screening.exposures["issuer_id"][0]
card = ex.company(held)
for shown in (holdings, screening, change, card):
    assert "<" in shown._repr_html_()
charts = screening.charts
drawn = [charts.bar(), charts.by_list(), charts.by_relation(), charts.by_category(), charts.sensitivity()]
for chart in (*drawn, charts.chain(held), charts.league(other), change.charts.waterfall()):
    assert chart._repr_mimebundle_()
for write, name in ((screening.to_html, "a.html"), (screening.to_pdf, "a.pdf"), (screening.to_excel, "a.xlsx")):
    write(f"{sys.argv[1]}/{name}")
print(asked)
"""


def test_nothing_reaches_for_the_network(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(tmp_path)], capture_output=True, text=True, encoding="utf-8", timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["[]"]
    assert {path.name for path in tmp_path.iterdir()} == {"a.html", "a.pdf", "a.xlsx"}
