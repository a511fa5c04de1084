"""What the main pages weigh at first view, how still they stand, and how soon they follow a hand.

    python -m bench.pages --json FILE

Chromium looks at the demonstration over its real server. Weight is what comes over the line to somebody who was never
here, compressed. What moves is measured by the browser (layout shift, with all that is loaded after the page), and so
is how long it takes to show what came of a press (Event Timing) on a processor four times slower. With `--lighthouse`,
the path of that program, its three scores are added.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, BrowserContext, Page

from bench.attacks.browsing import chromium_path
from bench.shown import chromium, demonstration, signed_in

SLOWER = 4  # times: a telephone of the middle, as Lighthouse has it
SETTLE = 1_000  # ms after the last answer: what is loaded late has found its place
# Bytes that come over the line to who was never here: 60,000 compressed, and about 6,000 of headers around them.
MOST_BYTES, MOST_SCRIPT = 60_000, 30_000
MOST_SHIFT = 0.0
FIRST_VIEW = ("Document", "Stylesheet", "Script", "Font", "Image", "Fetch")
OBSERVE = """
  window.__shifted = 0; window.__slowest = 0; window.__moved = [];
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) {
    window.__shifted += entry.value;
    for (const { node } of entry.sources ?? []) window.__moved.push((node?.outerHTML ?? "").slice(0, 80));
  } }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.__slowest = Math.max(window.__slowest, duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
LIGHTHOUSE = ("performance", "accessibility", "best-practices")


@dataclass
class Figures:
    """Of one page: bytes by kind, layout shift and what moved, milliseconds by press, scores by Lighthouse."""

    bytes: dict[str, int] = field(default_factory=dict)
    shift: float = 0.0
    moved: list[str] = field(default_factory=list)
    presses: dict[str, float] = field(default_factory=dict)
    scores: dict[str, int] = field(default_factory=dict)

    @property
    def first_view(self) -> int:
        """All that is needed to see the page as it is meant."""
        return sum(self.bytes.get(kind, 0) for kind in FIRST_VIEW)


def main_pages(context: BrowserContext) -> dict[str, str]:
    """The pages that people look at most, by name; a thread and a practice are the first ones that are listed."""
    page = context.new_page()

    def first(address: str, links: str) -> str:
        page.goto(address)
        return page.locator(links).first.get_attribute("href") or address

    found = {
        "home": "/",
        "questions": "/questions",
        "thread": first("/questions?tab=confirmed", ".row__title a"),
        "ask": "/ask",
        "search": "/search?q=parcel",
        "practices": "/practices",
        "practice": first("/practices", ".card__title"),
        "inbox": "/inbox",
        "impact": "/impact",
    }
    page.close()
    return found


def weigh(page: Page, address: str) -> dict[str, int]:
    """Bytes over the line by kind, compressed and without headers, for a browser that has kept nothing."""
    session = page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    heads: dict[str, int] = {}

    def begin(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]
        heads[event["requestId"]] = int(event["response"]["encodedDataLength"])

    def end(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = int(event["encodedDataLength"]) - heads.get(event["requestId"], 0)

    session.on("Network.responseReceived", begin)
    session.on("Network.loadingFinished", end)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    session.detach()
    weight: dict[str, int] = {}
    for request, size in sizes.items():
        kind = kinds.get(request, "Other")
        weight[kind] = weight.get(kind, 0) + size
    return weight


def stillness(page: Page, address: str) -> tuple[float, list[str]]:
    """How far the page shifted while it loaded, with all that is loaded after it, and what moved."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLE)
    shift, moved = page.evaluate("[window.__shifted, [...new Set(window.__moved)]]")
    return round(shift, 4), moved


def presses(page: Page, address: str) -> dict[str, float]:
    """Milliseconds until what came of a press was shown, on a slow processor; only of what the page has."""
    found = {}
    session = page.context.new_cdp_session(page)
    places = {"vote": ".vote__button", "menu": ".header summary", "preview": "[data-editor-tab=preview]"}
    for name, place in places.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if not page.locator(place).count():
            continue
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.evaluate("window.__slowest = 0")
        page.locator(place).first.click()
        page.wait_for_timeout(SETTLE)
        found[name] = page.evaluate("window.__slowest")
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    session.detach()
    return found


def lighthouse(program: Path, address: str, cookie: str) -> dict[str, int]:
    """Scores from 0 to 100 by its own simulated telephone."""
    headers = json.dumps({"Cookie": cookie})
    command = [
        *(str(program), address, "--quiet", "--output=json", f"--extra-headers={headers}"),
        f"--only-categories={','.join(LIGHTHOUSE)}",
        "--chrome-flags=--headless=new --no-sandbox",
    ]
    environ = {**os.environ, "CHROME_PATH": chromium_path() or ""}
    report = json.loads(subprocess.run(command, env=environ, check=True, capture_output=True).stdout)
    return {name: round(100 * report["categories"][name]["score"]) for name in LIGHTHOUSE}


def measure(browser: Browser, address: str, program: Path | None) -> Mapping[str, Figures]:
    """All figures of the main pages, as Ola sees them."""
    figures: dict[str, Figures] = {}
    with signed_in(browser, address, "ola") as context:
        context.add_init_script(OBSERVE)
        cookie = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
        for name, path in main_pages(context).items():
            page = context.new_page()
            of = figures[name] = Figures(bytes=weigh(page, path))
            of.shift, of.moved = stillness(page, path)
            of.presses = presses(page, path)
            page.close()
            if program is not None:
                of.scores = lighthouse(program, address + path, cookie)
            click.echo(_row(name, of))
    return figures


def _row(name: str, of: Figures) -> str:
    pressed = ", ".join(f"{what} {took:.0f} ms" for what, took in of.presses.items())
    scores = ", ".join(f"{what} {score}" for what, score in of.scores.items())
    script = of.bytes.get("Script", 0)
    weight = f"{of.first_view / 1000:5.1f} kB, script {script / 1000:4.1f} kB"
    return f"{name:10} {weight}, shift {of.shift}; {pressed}; {scores}"


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder to keep the demonstration in, for reuse.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="File for all figures.")
@click.option("--lighthouse", "program", type=click.Path(exists=True, path_type=Path), help="Lighthouse's program.")
def main(data: Path | None, json_file: Path | None, program: Path | None) -> None:
    """Measure the main pages of the demonstration."""
    with demonstration(data) as address, chromium() as browser:
        figures = measure(browser, address, program)
    if json_file is not None:
        told = {name: {**asdict(of), "first_view": of.first_view} for name, of in figures.items()}
        json_file.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
