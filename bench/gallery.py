"""A picture of every page of the demonstration, wide and narrow, light and dark, and docs/gallery.md to show them.

    python -m bench.gallery

Pages are found by following links as people with each role, one for each kind of address. Every page becomes one file
with its four looks beside each other, half as large as on a screen.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.routing.exceptions import RequestRedirect

from bench import serving
from bench.shown import chromium, demonstration, signed_in
from forum import create_app
from forum.core.config import PROJECT

FOLDER = PROJECT / "docs" / "images" / "gallery"
LOOKS = ((1280, 800, "light"), (1280, 800, "dark"), (360, 800, "light"), (360, 800, "dark"))
SMALLER = 2  # times, in both directions
QUALITY = 55  # of WebP: words of half their size can be read, and a page is about 30 kB
GAP = 8  # pixels between two looks
PEOPLE = {
    "kim": "Employee",
    "farah": "Moderator",
    "chris": "Administrator",
    "arthur": "Manager",
    "": "Not signed in",
}
FIRST = {"": ["/sign-in"], "chris": ["/", "/admin/people", "/styleguide"]}  # where looking begins; else at home
LINK = re.compile(r'href="(/[^"#]*)')
TITLE = re.compile(r"<title>(.*?) · Proven</title>")


@dataclass(frozen=True)
class Shown:
    """A page: whose it is, its address and title, and what its picture is called."""

    who: str
    path: str
    title: str
    name: str


@dataclass
class Walk:
    """Follows links; `seen` are the kinds of addresses that have their page already."""

    addresses: MapAdapter
    seen: set[str] = field(default_factory=set)

    def pages(self, context: BrowserContext, who: str) -> Iterator[Shown]:
        """Every page of a kind that was not seen yet, as this person finds it."""
        waiting, known = list(FIRST.get(who, ["/"])), set[str]()
        while waiting:
            path = waiting.pop(0)
            kind = self._kind(path)
            if not kind or kind in known:
                continue
            known.add(kind)
            answer = context.request.get(path)
            if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
                continue
            text = answer.text()
            waiting += [unescape(link) for link in LINK.findall(text)]
            title = TITLE.search(text)
            if title and kind not in self.seen:
                self.seen.add(kind)
                yield Shown(who, path, unescape(title[1]).strip(), kind.replace(".", "-").replace("_", "-"))

    def _kind(self, path: str) -> str:
        try:
            kind, _ = self.addresses.match(path.partition("?")[0], method="GET")
        except RequestRedirect as elsewhere:
            return self._kind("/" + elsewhere.new_url.partition("://")[2].partition("/")[2])
        except HTTPException:
            return ""
        return "" if kind == "static" else str(kind)


def take(browser: Browser, address: str, walk: Walk, folder: Path) -> list[Shown]:
    """Take the pictures of all pages into a folder; returns what is on them."""
    taken = []
    for who in PEOPLE:
        with signed_in(browser, address, who, reduced_motion="reduce") as context:
            page = context.new_page()
            for shown in walk.pages(context, who):
                _picture(page, shown.path).save(folder / f"{shown.name}.webp", quality=QUALITY, method=6)
                taken.append(shown)
                click.echo(f"{shown.name}: {shown.title}")
    return taken


def _picture(page: Page, path: str) -> Image.Image:
    """The looks of a page beside each other."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    looks = []
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("(scheme) => { document.documentElement.dataset.theme = scheme; scrollTo(0, 0); }", scheme)
        drawn = Image.open(BytesIO(page.screenshot()))
        looks.append(drawn.resize((width // SMALLER, height // SMALLER), Image.Resampling.LANCZOS).convert("RGB"))
    whole = Image.new("RGB", (sum(look.width + GAP for look in looks) - GAP, looks[0].height), "white")
    at = 0
    for look in looks:
        whole.paste(look, (at, 0))
        at += look.width + GAP
    return whole


def told(pages: list[Shown]) -> str:
    """The page of documentation that shows them."""
    lines = [
        "# Gallery",
        "",
        "Every page of the demonstration at 1280 and 360 pixels, light and dark. `python -m bench.gallery` takes the",
        "pictures and writes this page anew. What pages are made of is shown at `/styleguide`.",
        "",
    ]
    for who, name in PEOPLE.items():
        of = [page for page in pages if page.who == who]
        lines += [f"## {name}", ""] if of else []
        for page in of:
            picture = f"![{page.title}](images/gallery/{page.name}.webp)"
            lines += [f"### {page.title}", "", f"`{page.path}`", "", picture, ""]
    return "\n".join(lines)


def _addresses() -> MapAdapter:
    """Which kind of page an address is. An application of its own says so, on a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        return create_app(serving.settings(Path(folder), "", "whoosh")).url_map.bind("127.0.0.1")


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder to keep the demonstration in, for reuse.")
def main(data: Path | None) -> None:
    """Take a picture of every page, and write docs/gallery.md."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    with demonstration(data) as address, chromium() as browser:
        pages = take(browser, address, Walk(_addresses()), FOLDER)
    (PROJECT / "docs" / "gallery.md").write_text(told(pages), encoding="utf-8")
    size = sum(file.stat().st_size for file in FOLDER.glob("*.webp"))
    click.echo(f"{len(pages)} pages, {size / 1_000_000:.1f} MB")


if __name__ == "__main__":
    main()
