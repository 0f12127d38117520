"""Driving the page in a real browser: a page opened and settled, tabs, files handed in, what stands on it."""

from __future__ import annotations

from typing import Any

from browsing import PATIENCE, recorded

TABS = ["Files", "Review", "Exposure", "Compare", "Method"]
# Texts that stand where they cannot be read: over the edge of a box, or beyond the picture.
OVERRUN = """() => [...document.querySelectorAll('.picture svg')].filter(s => s.getBoundingClientRect().width)
  .flatMap(svg => {
    const whole = svg.viewBox.baseVal
    const boxes = [...svg.querySelectorAll('rect[rx]')].map(r => r.getBBox())
    return [...svg.querySelectorAll('text')].filter(text => {
      const t = text.getBBox(), right = t.x + t.width
      const beyond = t.x < 0 || right > whole.width || t.y < -1 || t.y + t.height > whole.height + 1
      return beyond || boxes.some(b => {
        const level = t.y + t.height / 2 > b.y && t.y + t.height / 2 < b.y + b.height
        const inside = t.x >= b.x && right <= b.x + b.width + 1
        return level && !inside && right > b.x + 1 && t.x < b.x + b.width - 1
      })
    }).map(text => text.textContent)
  })"""


class opened:
    """A page of the dashboard, settled; at the end nobody but the dashboard may have been called."""

    def __init__(self, context: Any, address: str, path: str = "") -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.calls = recorded(self.page, {"127.0.0.1"})
        self.url = f"{address}/{path}"

    def __enter__(self) -> Any:
        self.calls.__enter__()
        self.page.goto(self.url)
        self.page.get_by_test_id("stFileUploader").first.wait_for()
        settled(self.page)
        return self.page

    def __exit__(self, *error: object) -> None:
        self.calls.__exit__(*error)  # type: ignore[arg-type]


def settled(page: Any) -> None:
    """Wait until the script has run to its end."""
    page.locator("[data-testid=stTabs], [role=tablist]").first.wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()


def tab(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    page.locator(f"[role=tab][aria-selected=true]:has-text('{name}')").wait_for()
    settled(page)


def drop(page: Any, *files: Any) -> None:
    page.locator("input[type=file]").first.set_input_files(list(files))


def sent(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def metrics(page: Any) -> list[str]:
    page.get_by_test_id("stMetricValue").first.wait_for()
    return [value.inner_text().strip() for value in page.get_by_test_id("stMetricValue").all()]


def fits(page: Any) -> bool:
    """Whether nothing makes the page wider than its window."""
    return bool(
        page.evaluate(
            "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".every(e => e.scrollWidth <= e.clientWidth)"
        )
    )


def evidence(page: Any, name: str) -> None:
    """Choose a company with the keyboard and wait for its evidence."""
    page.get_by_role("combobox", name="Evidence on").click()
    page.keyboard.type(name)
    page.get_by_role("option", name=name).first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".st-key-evidence .pair").first.wait_for()
    settled(page)
