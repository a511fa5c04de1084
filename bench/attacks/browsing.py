"""A real Chromium that opens a page, sets off whatever a page and its reader can set off, and says what came of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import click
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as SlowBrowser

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PATIENCE = 60_000  # ms for a page, on a machine that does other things too: what takes longer is stuck
LOADED = 5_000  # ms for all that a page loads; what a text keeps open for ever must not keep us
SETTLE = 30  # ms for what a page does by itself after it was loaded
SHOWN = "/shown-here"
UNSEEN = ("font", "image", "stylesheet")  # Nobody looks at these pages.
ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--no-first-run", "--no-sandbox"]

# Before any script of the page: whatever a payload calls to show that it ran is counted instead.
HOOKS = """(() => {
  window.__ran = []; window.__violations = 0;
  for (const name of ["alert", "confirm", "prompt", "print", "open"])
    Object.defineProperty(window, name, { value: (...words) => { window.__ran.push(`${name} ${words}`); return null },
      writable: false, configurable: false });
  addEventListener("securitypolicyviolation", () => { window.__violations += 1 }, true);
})()"""

# Fires every handler, follows every link that is code, and reads what stands in the page: of people's texts only what
# no text may have, of the rest every tag and attribute.
JUDGE = """async ([tags, attributes, settle]) => {
  const all = [...document.querySelectorAll("*")];
  let handlers = 0;
  for (const each of all)
    for (const { name } of each.attributes)
      if (name.startsWith("on")) {
        handlers += 1;
        each.dispatchEvent(new Event(name.slice(2), { bubbles: true, cancelable: true }));
      }
  const addresses = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "background", "srcdoc"];
  const foreign = [], running = [];
  for (const each of all)
    for (const name of addresses) {
      const value = each.getAttribute(name);
      if (value === null) continue;
      let scheme = "";
      try { scheme = new URL(value, document.baseURI).protocol } catch { continue }
      if (["http:", "https:", "mailto:"].includes(scheme)) continue;
      foreign.push(`<${each.localName} ${name}=${value.slice(0, 80)}>`);
      if (["javascript:", "data:", "vbscript:"].includes(scheme)) running.push(each);
    }
  for (const each of running) {
    const event = new MouseEvent("click", { bubbles: true, cancelable: true, view: window });
    if (each.click) { each.setAttribute("target", "_self"); each.click() } else each.dispatchEvent(event);
  }
  const found = new Set();
  for (const each of all) {
    const inText = each.closest(".prose") && !each.matches(".prose, .visually-hidden");
    for (const pair of [each.localName, ...[...each.attributes].map(({ name }) => `${each.localName} ${name}`)]) {
      const [tag, name] = pair.split(" ");
      if (!inText) found.add(pair);
      else if (!tags.includes(tag) || (name && !attributes.includes(name))) found.add(`in a text: ${pair}`);
    }
  }
  await new Promise((done) => setTimeout(done, settle));
  return { ran: window.__ran, violations: window.__violations, handlers, foreign, found: [...found] };
}"""

TAGS = (
    "p br hr em strong del sup sub kbd code pre blockquote ul ol li h3 h4 h5 h6 a table thead tbody tr th td div span"
    " input abbr"
).split()
ATTRIBUTES = "class href title id rel type checked disabled align start tabindex role aria-label".split()


@dataclass
class Seen:
    """What one look at a page found. `found` are its tags and attributes, without those that every text may have."""

    ran: list[str] = field(default_factory=list)
    violations: int = 0
    handlers: int = 0
    foreign: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    status: int = 0
    stuck: bool = False  # The browser did not come to an end with the page.
    gone: bool = False  # The page took its reader elsewhere before it could be judged.


def chromium_path() -> str | None:
    """The browser of this machine: the one that PROVEN_CHROMIUM names, or a usual one."""
    named = os.environ.get("PROVEN_CHROMIUM")
    return named or next((found for found in map(shutil.which, NAMES) if found), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser until the block ends. Raises `click.ClickException` where there is none."""
    path = chromium_path()
    if path is None:
        raise click.ClickException("There is no Chromium here; PROVEN_CHROMIUM names one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Reader:
    """Somebody who looks at pages of one site; everything that wants to leave it is stopped and counted."""

    def __init__(self, browser: Browser, address: str, cookie: Mapping[str, str]) -> None:
        self._address = address
        self._context: BrowserContext = browser.new_context(base_url=address, reduced_motion="reduce")
        self._context.set_default_timeout(PATIENCE)
        self._context.add_init_script(HOOKS)
        self._context.route("**/*", self._let_pass)
        self._context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": address}])
        self._going = ""
        self.page = self._new_page()

    def look(self, path: str, *, type_into: str = "", word: str = "") -> Seen:
        """Open a page and judge it; with `type_into`, after `word` was typed into that field."""
        self._going = path
        for _ in range(2):
            try:
                answer = self.page.goto(path, wait_until="domcontentloaded")
                with suppress(SlowBrowser):
                    self.page.wait_for_load_state("load", timeout=LOADED)
                if type_into:
                    self.page.locator(type_into).first.fill(word)
                    self.page.locator(type_into).first.press("a")
                    self.page.wait_for_timeout(600)  # ms: longer than the field waits before it asks
                    with suppress(SlowBrowser):
                        self.page.wait_for_load_state("networkidle", timeout=LOADED)
                seen = Seen(**self.page.evaluate(JUDGE, [TAGS, ATTRIBUTES, SETTLE]))
            except BrowserError as broken:
                self.page.close()  # The page went somewhere while it was looked at, or before.
                self.page = self._new_page()
                if isinstance(broken, SlowBrowser):
                    return Seen(stuck=True)
                continue
            seen.status = answer.status if answer else 0
            return seen
        return Seen(gone=True)

    def show(self, html: str, headers: Mapping[str, str] | None = None) -> Seen:
        """Judge HTML that was made already, as if the site had answered with it."""
        told = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
        document = f"<!doctype html><meta charset=utf-8>{html}"
        self._context.route(f"**{SHOWN}", lambda route: route.fulfill(body=document, headers=told))
        try:
            return self.look(SHOWN)
        finally:
            self._context.unroute(f"**{SHOWN}")

    def close(self) -> None:
        """Close all pages."""
        self._context.close()

    def _new_page(self) -> Page:
        page = self._context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        return page

    def _let_pass(self, route: Route) -> None:
        request: Any = route.request
        ours = request.url.startswith(self._address)
        leads_away = request.is_navigation_request() and ours and request.frame == self.page.main_frame
        if request.resource_type in UNSEEN:
            route.abort()
        elif ours and (not leads_away or request.url == self._address + self._going or request.redirected_from):
            route.continue_()
        else:
            route.abort()
