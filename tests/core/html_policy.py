"""Reads HTML as a browser does and says what in it is outside of the policy for posts. Written apart from the code it
judges: nothing here comes from core/text.py."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

SITE = "https://proven.example/questions/1"
VOID = {"br", "hr", "input", "img"}
PLAIN = (
    "p br hr em strong del sup sub kbd code pre blockquote ul ol li h3 h4 h5 h6 a table thead tbody tr th td div span"
    " input abbr img"
).split()
OF_PYGMENTS = r"[a-z][a-z0-9]{0,2}"
CLASS = re.compile(
    rf"{OF_PYGMENTS}|highlight|task-list(?:-item|-control|-indicator)?|footnote(?:-ref|-backref)?"
    r"|mention|reference|table-scroll|note|plain|picture"
)
REGION = {"tabindex": "0", "role": "group", "aria-label": "Code|Table|Text"}
NOTE = r"fn(?:ref\d*)?-[a-z0-9-]+"
ATTRIBUTES: dict[str, dict[str, str]] = {
    "a": {"href": ".*", "rel": "nofollow noopener ugc", "title": ".*", "id": NOTE, "aria-label": "Picture"},
    "abbr": {"title": ".*"},
    "div": REGION,
    "img": {
        "src": "/attachments/[0-9a-f]{32}",
        "alt": ".*",
        "width": "[0-9]+",
        "height": "[0-9]+",
        "loading": "lazy",
        "decoding": "async",
    },
    "input": {"type": "checkbox", "disabled": "", "checked": "", "aria-label": "Step"},
    "li": {"id": NOTE},
    "ol": {"start": ".*"},
    "pre": REGION,
    "sup": {"id": NOTE},
    "td": {"align": "left|center|right"},
    "th": {"align": "left|center|right"},
}


def breaches(html: str) -> list[str]:
    """What a post may not hold: foreign tags and attributes, addresses of a foreign scheme, tags left open."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [*reader.found, *(f"<{tag}> is never closed" for tag in reader.open)]


def words(html: str) -> str:
    """The text that a reader sees."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in PLAIN:
            self.found.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if not _is_allowed(tag, name, value or ""):
                self.found.append(f"<{tag} {name}={value!r}>")
        given = dict(attrs)
        if tag == "a" and "href" in given:
            self.found += _wrong_address(given["href"] or "", given.get("rel"))
        if tag == "input" and not {"type", "disabled"} <= given.keys():
            self.found.append(f"an input that can be used: {attrs}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}>")


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return all(CLASS.fullmatch(word) for word in value.split())
    pattern = ATTRIBUTES.get(tag, {}).get(name)
    return pattern is not None and re.fullmatch(pattern, value, re.DOTALL) is not None


def _wrong_address(href: str, rel: str | None) -> list[str]:
    target = urlsplit(as_browsers_read(href))
    if target.scheme == "mailto":
        return []
    if target.scheme not in ("http", "https"):
        return [f"the scheme of {href!r}"]
    if target.netloc != urlsplit(SITE).netloc and rel is None:
        return [f"{href!r} leaves the site and looks as if it did not"]
    return []


def as_browsers_read(address: str) -> str:
    """Where an address leads from a page of this site, by the rules of the URL standard where Python's differ."""
    trimmed = re.sub(r"[\t\n\r]", "", address.strip("".join(map(chr, range(33)))))
    before, mark, query = re.fullmatch(r"([^?#]*)([?#]?)(.*)", trimmed, re.DOTALL).groups()  # type: ignore[union-attr]
    if not re.match(r"(?!https?:)[a-zA-Z][a-zA-Z0-9+.-]*:", before, re.IGNORECASE):
        before = before.replace("\\", "/")
        before = re.sub(r"^(https?:)/*", r"\1//", before, flags=re.IGNORECASE)
    try:
        return urljoin(SITE, before + mark + query)
    except ValueError:  # An address that nobody can read leads nowhere.
        return SITE
