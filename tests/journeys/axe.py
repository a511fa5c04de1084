"""What axe-core and a ruler find on a page that is open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from playwright.sync_api import Page

from forum.core.config import PROJECT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # All that another theme can break: it changes nothing else.
OF_HIGH_CONTRAST = ["color-contrast-enhanced"]  # 7:1 for words (WCAG 1.4.6)

Look = tuple[int, str]  # how wide, and in which theme
WIDTHS, THEMES = (320, 768, 1440), ("light", "dark", "contrast")
EVERY: tuple[Look, ...] = tuple((width, theme) for width in WIDTHS for theme in THEMES)
SPREAD: tuple[Look, ...] = tuple(zip(WIDTHS, THEMES, strict=True))  # every width and every theme once

UNFOLD = "document.querySelectorAll('details:not([data-menu])').forEach((each) => { each.open = true })"
WEAR = "(theme) => { document.documentElement.dataset.theme = theme; }"
ENLARGE = "(size) => { document.documentElement.style.fontSize = size; }"
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


# Where the focus is: in words, with a ring (its own or that of the box around it), and in sight: at least one of five
# points of it is not covered, and none by the header. Of what is taller than the screen, what is on the screen counts.
# None when it is nowhere on the page.
STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const around = [at, at.parentElement, at.parentElement?.parentElement, at.closest(".editor")].filter(Boolean);
  const rings = ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && outlineWidth !== "0px";
  const all = at.getBoundingClientRect();
  const long = all.height > innerHeight / 2;
  const under = document.querySelector(".header")?.getBoundingClientRect().bottom ?? 0;
  const top = long ? Math.max(all.top, under) : all.top;
  const bottom = long ? Math.min(all.bottom, innerHeight) : all.bottom;
  const box = { left: all.left, top, width: all.width, height: bottom - top };
  const tops = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]]
    .map(([x, y]) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y))
    .filter(Boolean);
  const covered = !at.closest(".header") && tops.some((top) => top.closest(".header"));
  return {
    words: `${at.tagName.toLowerCase()} ${at.ariaLabel ?? at.innerText ?? at.name}`.trim().slice(0, 60),
    ringed: around.some((each) => rings(getComputedStyle(each))),
    seen: !covered && tops.some((top) => at.contains(top) || top.contains(at)),
  };
}"""
# From the first control to the last, and back: what lies above the screen comes in at its top, where the header stays.
LOST_FOCUS = f"""(controls) => {{
  const stop = {STOP};
  const all = [...document.querySelectorAll(`${{controls}}, [tabindex="0"]`)];
  const reached = all.filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility());
  const lost = new Set();
  for (const each of [...reached, ...reached.toReversed()]) {{
    each.focus({{ focusVisible: true }});
    if (document.activeElement !== each) continue;
    const {{ words, ringed, seen }} = stop();
    if (!ringed) lost.add(`no ring: ${{words}}`);
    if (!seen) lost.add(`hidden or half covered: ${{words}}`);
  }}
  document.activeElement.blur();
  scrollTo(0, 0);
  return [...lost];
}}"""


def problems(page: Page, looks: Sequence[Look] = SPREAD) -> list[str]:
    """Every rule that the open page breaks, with all that unfolds open but for the menus, which lie over the rest.

    The page is loaded once: only its width, its colours and the size of its words change. Each way to look at it is
    gone over whole, or for its colours alone where another of the same width was gone over before.
    """
    found, seen = [], set()
    page.evaluate(UNFOLD)
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(WEAR, theme)
        of = f"{width} px, {theme}"
        found += [f"{of}: {each}" for each in violations(page, rules=OF_COLOURS if width in seen else RULES)]
        if theme == "contrast":
            found += [f"{of}: {each}" for each in violations(page, rules=OF_HIGH_CONTRAST)]
        if width not in seen:
            found += [f"{of}, small: {each}" for each in small_targets(page)]
            found += [f"{of}, focus: {each}" for each in lost_focus(page)]
            found += [f"{of}: scrolls sideways"] * is_wider_than_the_screen(page)
        seen.add(width)
    page.set_viewport_size({"width": 320, "height": 800})
    page.evaluate(ENLARGE, "200%")
    found += ["320 px, words twice as large: scrolls sideways"] * is_wider_than_the_screen(page)
    page.evaluate(ENLARGE, "")
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


def lost_focus(page: Page) -> list[str]:
    """Every control that, when the focus comes to it, shows no ring or stands under something else, either way round.

    The focus is put there as a key would: to go over a whole page with the Tab key is a journey of its own
    (test_keyboard.py).
    """
    return list(page.evaluate(LOST_FOCUS, CONTROLS))


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
