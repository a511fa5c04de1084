"""A real Chromium that opens a page, sets off whatever a page and its reader can set off, and says what came of it."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as SlowBrowser

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PATIENCE = 90_000  # ms for a page, on a machine that does other things too: what takes longer is stuck
LOADED = 5_000  # ms for all that a page loads; what a text keeps open for ever must not keep us
SETTLE = 30  # ms for what a page does by itself after it was loaded
CLOSING = 10  # seconds that a browser has to close by itself
UNENDING = 150  # seconds for one look, all in it: Chromium itself ends nothing, so what lasts longer is ended from here
DOCUMENTS = 150  # that one browser shows before it is started anew; it keeps something of each
HEAVY = 4_000  # MB that a browser holds when it is started anew before that
TRIES = 2  # browsers that a page may have: what loses both is a finding
WEIGHED = 10  # documents after which it is weighed again
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
    lost: list[str] = field(default_factory=list)  # How the browser was lost over the page, each time.
    gone: bool = False  # The page took its reader elsewhere before it could be judged.


def chromium_path() -> str | None:
    """The browser of this machine: the one that PROVEN_CHROMIUM names, or a usual one."""
    named = os.environ.get("PROVEN_CHROMIUM")
    return named or next((found for found in map(shutil.which, NAMES) if found), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser until the block ends. Raises `click.ClickException` where there is none."""
    with renewable() as running:
        yield running.browser


@contextmanager
def renewable() -> Iterator[Chromium]:
    """The same, and it can be started anew."""
    path = chromium_path()
    if path is None:
        raise click.ClickException("There is no Chromium here; PROVEN_CHROMIUM names one.")
    running = Chromium(path)
    try:
        yield running
    finally:
        running.end()


class Chromium:
    """A browser that can be started anew: when it was lost, and before it has grown too heavy."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.weight = 0  # MB that it held when it was last looked at
        self.heaviest = 0  # MB that one of them held
        self._start()

    @property
    def is_worn(self) -> bool:
        """Whether it has shown or holds so much that a new one should take its place."""
        return self._shown >= DOCUMENTS or self.weight > HEAVY

    def renew(self) -> None:
        """Start another one. What the one before had open is gone."""
        self.end()
        self._start()

    def end(self) -> None:
        """End it, in whatever state it is, with all that it started."""
        killing = self._killed_after(CLOSING)
        with suppress(Exception):  # It may be dead already, and its driver too.
            self.browser.close()
        killing.cancel()
        self._kill()
        with suppress(Exception):
            self._playwright.stop()

    @contextmanager
    def shows(self) -> Iterator[None]:
        """For one look: it is given so much time, then it is killed, and whatever waits for it fails."""
        killing = self._killed_after(UNENDING)
        try:
            yield
        finally:
            killing.cancel()
        self._shown += 1
        if self._shown % WEIGHED == 0:
            self._weigh()

    def _start(self) -> None:
        self._playwright = sync_playwright().start()
        self.browser: Browser = self._playwright.chromium.launch(executable_path=self._path, args=ARGUMENTS)
        self._told = self.browser.new_browser_cdp_session()
        self._process = next(process for kind, process in self._processes() if kind == "browser")
        self._shown = self.weight = 0

    def _killed_after(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._kill)
        timer.daemon = True
        timer.start()
        return timer

    def _kill(self) -> None:
        with suppress(OSError):
            os.kill(self._process, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    def _processes(self) -> list[tuple[str, int]]:
        told = self._told.send("SystemInfo.getProcessInfo")["processInfo"]
        return [(each["type"], int(each["id"])) for each in told]

    def _weigh(self) -> None:
        """How many MB all its processes hold, what they share counted once; 0 where the system does not say."""
        kilobytes = 0
        with suppress(BrowserError):  # The next look finds that it was lost.
            for _, process in self._processes():
                with suppress(OSError):
                    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
                    kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        self.weight = kilobytes // 1024
        self.heaviest = max(self.heaviest, self.weight)


class Reader:
    """Somebody who looks at pages of one site; everything that wants to leave it is stopped and counted.

    A browser that is lost over a page is started anew and the page looked at once more; one that is worn, before.
    """

    def __init__(self, running: Chromium, address: str, cookie: Mapping[str, str]) -> None:
        self._running = running
        self._address = address
        self._cookie = {"name": cookie["name"], "value": cookie["value"], "url": address}
        self._browser: Browser | None = None
        self._page: Page
        self._going = ""
        self._given: dict[str, Any] = {}
        self._crashed = False

    def look(self, path: str, *, type_into: str = "", word: str = "") -> Seen:
        """Open a page and judge it; with `type_into`, after `word` was typed into that field."""
        self._going = path
        lost: list[str] = []
        for _ in range(TRIES):
            if self._running.is_worn:
                self._running.renew()
            seen = self._looked(path, type_into, word)
            if not seen.lost:
                break
            lost += seen.lost
            self._running.renew()
        seen.lost = lost
        return seen

    def show(self, html: str, headers: Mapping[str, str] | None = None) -> Seen:
        """Judge HTML that was made already, as if the site had answered with it."""
        told = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
        self._given = {"body": f"<!doctype html><meta charset=utf-8>{html}", "headers": told}
        return self.look(SHOWN)

    def html(self) -> str:
        """What the page holds that was looked at last; nothing when the browser was lost."""
        with suppress(BrowserError):
            return self._page.content()
        return ""

    def _looked(self, path: str, type_into: str, word: str) -> Seen:
        for _ in range(2):
            begin = time.monotonic()
            try:
                with self._running.shows():
                    self._open()
                    return self._judged(path, type_into, word)
            except SlowBrowser:
                return Seen(lost=[f"did not come to an end with the page within {PATIENCE // 1000} s"])
            except BrowserError as broken:
                if self._crashed or not self._running.browser.is_connected():
                    how = "page crashed" if self._crashed else "ended"
                    return Seen(lost=[f"{how} after {time.monotonic() - begin:.0f} s: {str(broken).splitlines()[0]}"])
                with suppress(BrowserError):  # The page went somewhere while it was looked at, or before.
                    self._page.close()
                    self._page = self._new_page()
        return Seen(gone=True)

    def _judged(self, path: str, type_into: str, word: str) -> Seen:
        answer = self._page.goto(path, wait_until="domcontentloaded")
        with suppress(SlowBrowser):
            self._page.wait_for_load_state("load", timeout=LOADED)
        if type_into:
            self._page.locator(type_into).first.fill(word)
            self._page.locator(type_into).first.press("a")
            self._page.wait_for_timeout(600)  # ms: longer than the field waits before it asks
            with suppress(SlowBrowser):
                self._page.wait_for_load_state("networkidle", timeout=LOADED)
        seen = Seen(**self._page.evaluate(JUDGE, [TAGS, ATTRIBUTES, SETTLE]))
        seen.status = answer.status if answer else 0
        return seen

    def _open(self) -> None:
        """Have a page open in the browser that runs now."""
        if self._browser is self._running.browser:
            return
        self._browser, self._crashed = self._running.browser, False
        self._context: BrowserContext = self._browser.new_context(base_url=self._address, reduced_motion="reduce")
        self._context.set_default_timeout(PATIENCE)
        self._context.add_init_script(HOOKS)
        self._context.route("**/*", self._let_pass)
        self._context.add_cookies([self._cookie])  # type: ignore[list-item]
        self._page = self._new_page()

    def _new_page(self) -> Page:
        page: Page = self._context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("crash", self._notice_crash)
        return page

    def _notice_crash(self, _page: Page) -> None:
        self._crashed = True

    def _let_pass(self, route: Route) -> None:
        request: Any = route.request
        ours = request.url.startswith(self._address)
        leads_away = request.is_navigation_request() and ours and request.frame == self._page.main_frame
        if request.url == self._address + SHOWN:
            route.fulfill(**self._given)
        elif request.resource_type in UNSEEN:
            route.abort()
        elif ours and (not leads_away or request.url == self._address + self._going or request.redirected_from):
            route.continue_()
        else:
            route.abort()
