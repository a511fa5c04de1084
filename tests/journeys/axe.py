"""What axe-core and a ruler find on a page that is open."""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from forum.core.config import PROJECT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # All that another theme can break: it changes nothing else.
SMALLEST = 24  # CSS pixels, both ways (WCAG 2.2, 2.5.8)

RUN = """async ([rules, part]) => {
  const { violations } = await axe.run(part, { runOnly: rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}"""

# What can be pressed and is too small for a finger, but for links within a sentence and what lies off the page. A box
# to tick is as large as its label.
CONTROLS = "a[href], button, summary, input:enabled:not([type=hidden]), select, textarea"
SMALL = """([controls, smallest]) => [...document.querySelectorAll(controls)]
  .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden, .skip"))
  .filter((each) => !(getComputedStyle(each).display === "inline" && each.closest("p, li, dd, td, span")))
  .filter((each) => {
    const box = (each.closest("label") ?? each).getBoundingClientRect();
    return box.width < smallest || box.height < smallest;
  })
  .map((each) => each.outerHTML.slice(0, 120))"""


def problems(page: Page) -> list[str]:
    """Every rule that the open page breaks: wide as it came, and narrow with all that unfolds open but for the menus,
    which lie over the rest; in light, and its colours in dark."""
    found = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width} px, small: {each}" for each in small_targets(page)]
        page.emulate_media(color_scheme="light")
        found += [f"{width} px, light: {each}" for each in violations(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{width} px, dark: {each}" for each in violations(page, rules=OF_COLOURS)]
        page.evaluate("document.querySelectorAll('details:not([data-menu])').forEach((each) => { each.open = true })")
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width} px: scrolls sideways"] * is_wider_than_the_screen(page)
    return found


@cache
def source() -> str:
    """The script of axe-core, as it lies among the front-end packages."""
    return (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, part: str = "html", *, rules: list[str] = RULES) -> list[str]:
    """Every rule that the page, or a part of it, breaks: with where and why."""
    if not page.evaluate("() => 'axe' in window"):  # Half a megabyte, which is sent and read once for a page.
        page.evaluate(f"() => {{ {source()} }}")
    return list(page.evaluate(RUN, [rules, part]))


def small_targets(page: Page) -> list[str]:
    """What is too small to be pressed with a finger."""
    return list(page.evaluate(SMALL, [CONTROLS, SMALLEST]))


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
