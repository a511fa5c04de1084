"""Rendering Markdown within bounds: a child process that is stopped when a hostile text would hold it for minutes.

Some texts of a few thousand characters keep the Markdown library busy for very long, and a thread cannot be stopped.
So anything that is not plainly calm is rendered in a child process of our own, which has a second and a half.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from typing import IO, Any
from xml.etree.ElementTree import Element

import markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor

TIME = 1.5  # seconds: a thousand times what a normal post takes, and whoever waits has an answer within two
START_TIME = 20.0  # seconds for the child to load its libraries on a busy machine
CALM_LENGTH = 4_000  # characters; with few enough of the characters below, under 30 ms whatever their order
CALM_MARKS = 60  # how many of the characters that open nested things may stand in a calm text
OPENERS = re.compile(r"[\[<!\\&]| {40,}|^(?:[ \t]*[->*+]){8,}|(?:[*_][^*_\n]*){40,}", re.MULTILINE)

EXTENSIONS = [
    "markdown.extensions.tables",
    "markdown.extensions.footnotes",
    "markdown.extensions.nl2br",
    "markdown.extensions.sane_lists",
    "pymdownx.superfences",
    "pymdownx.highlight",
    "pymdownx.tasklist",
    "pymdownx.tilde",
    "pymdownx.magiclink",
]
SETTINGS: dict[str, dict[str, Any]] = {
    "pymdownx.highlight": {
        "css_class": "highlight",
        "guess_lang": False,
        "use_pygments": True,
        "anchor_linenums": False,
    },
    "pymdownx.tilde": {"subscript": False},
    "pymdownx.tasklist": {"clickable_checkbox": False},
    "markdown.extensions.tables": {"use_align_attribute": True},
    "markdown.extensions.footnotes": {"SEPARATOR": "-", "BACKLINK_TITLE": "Back to the text"},
}


# A heading has a blank after its signs. The library does without, and made one of a line that begins with "#12".
HASH_HEADING = re.compile(r"(?:^|\n)(?P<level>#{1,6})(?=\s|$)(?P<header>(?:\\.|[^\\#]|#+(?=[^#\n]))*?)#*(?:\n|$)")


# What begins a list right under a line of text. Of numbers only 1: "2019. That was" is a sentence.
LIST_LINE = re.compile(r"\n(?= {0,3}(?:[-+*]|1[.)]) +\S)")


class ListUnderText(BlockProcessor):  # type: ignore[misc]  # The library says nothing of its types.
    """Begins a list in the middle of a paragraph, as most sites do; the library wants an empty line before it.

    It comes after what knows code, tables, HTML and quotations, so what it gets is a paragraph and nothing else.
    """

    PRIORITY = 12  # between link references (15) and paragraphs (10)

    def test(self, parent: Element, block: str) -> bool:
        """Whether a line of this paragraph, not its first, begins a list."""
        return LIST_LINE.search(block) is not None

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Take the lines above as the paragraph, and leave the rest to whoever makes lists."""
        above, below = LIST_LINE.split(blocks.pop(0), maxsplit=1)
        self.parser.parseBlocks(parent, [above])
        blocks.insert(0, below)


def _take_brackets(parser: BlockParser) -> None:
    """Let "1)" begin an item as "1." does: many write it so, and the library knows only the full stop."""
    for kind in ("olist", "ulist"):
        processor = parser.blockprocessors[kind]
        for name in ("RE", "CHILD_RE", "INDENT_RE"):
            setattr(processor, name, re.compile(getattr(processor, name).pattern.replace(r"\d+\.", r"\d+[.)]")))


def to_html(source: str) -> str | None:
    """The HTML of a Markdown source, not yet cleaned; None when it takes too long or cannot be rendered."""
    if is_calm(source):
        with _lock:
            return _convert(source)
    return _child.ask(source)


def is_calm(source: str) -> bool:
    """Whether a text is short and simple enough that no order of its characters can take long."""
    return len(source) <= CALM_LENGTH and sum(1 for _ in OPENERS.finditer(source)) <= CALM_MARKS


_lock = threading.Lock()  # One converter for the process; it keeps state while it works.
_converter: list[markdown.Markdown] = []


def _convert(source: str) -> str | None:
    if not _converter:
        made = markdown.Markdown(extensions=EXTENSIONS, extension_configs=SETTINGS, output_format="html")
        made.parser.blockprocessors["hashheader"].RE = HASH_HEADING
        _take_brackets(made.parser)
        made.parser.blockprocessors.register(ListUnderText(made.parser), "list_under_text", ListUnderText.PRIORITY)
        _converter.append(made)
    converter = _converter[0]
    try:
        return _shift_headings(converter.reset().convert(source))
    except RecursionError:  # Nested deeper than anybody writes; the converter is not reusable after it.
        _converter.clear()
        return None


HEADING = re.compile(r"<(/?)h([1-6])\b[^>]*>")
IMAGE = re.compile(r"<img\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(alt|src)="([^"]*)"')


OWN_PICTURE = re.compile(r"/attachments/([0-9a-f]{32})")


def _shift_headings(html: str) -> str:
    """The page owns h1 and h2. Pictures of other sites are not loaded: a link with their description stands there."""
    above: list[int] = []

    def shift(found: re.Match[str]) -> str:
        # By depth and not by number: many begin with "##", and a step left out is a gap for those who read by headings.
        if not found[1]:
            above[:] = [*(level for level in above if level < int(found[2])), int(found[2])]
        return f"<{found[1]}h{min(max(len(above), 1) + 2, 6)}>"

    return IMAGE.sub(_link_to_picture, HEADING.sub(shift, html))


def _link_to_picture(found: re.Match[str]) -> str:
    given = dict(ATTRIBUTE.findall(found[0]))
    if OWN_PICTURE.fullmatch(given.get("src", "")):
        return f'<img src="{given["src"]}" alt="{given.get("alt", "")}">'
    return f'<a href="{given.get("src", "")}">{given.get("alt") or "picture"}</a>'


class Child:
    """The child process: started when it is first needed, replaced when it hangs or dies, gone with its parent."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._turn = threading.Lock()
        self._owner = 0

    def ask(self, source: str) -> str | None:
        """Have a text rendered; None when it takes longer than `TIME` or the child dies of it."""
        with self._turn:
            process = self._running()
            try:
                assert process.stdin is not None
                process.stdin.write(json.dumps(source) + "\n")
                process.stdin.flush()
                answer = self._answers.get(timeout=TIME)
            except (queue.Empty, OSError):
                answer = None
            if answer is None:
                self.stop()
                return None
            rendered: str | None = json.loads(answer)
            return rendered

    def stop(self) -> None:
        """End the child, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.communicate()

    def _running(self) -> subprocess.Popen[str]:
        # After a fork the process inherited belongs to the parent; this one needs its own.
        if self._process is None or self._process.poll() is not None or self._owner != os.getpid():
            self.stop()
            command = [sys.executable, __file__]  # As a file: the child needs none of the application.
            self._answers = queue.SimpleQueue()
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
            self._owner = os.getpid()
            reader = (self._process.stdout, self._answers)
            threading.Thread(target=_read_answers, args=reader, daemon=True, name="markdown-answers").start()
            self._answers.get(timeout=START_TIME)  # Its first line says that it is ready.
        return self._process


def _read_answers(stream: IO[str], answers: queue.SimpleQueue[str | None]) -> None:
    for line in stream:
        answers.put(line)
    answers.put(None)


def _serve() -> None:
    """What the child does: a text in, its HTML out, until its input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server; this process ends with it.
    print("ready", flush=True)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_convert(json.loads(line))) + "\n")
        sys.stdout.flush()


_child = Child()
atexit.register(_child.stop)

if __name__ == "__main__":
    _serve()
