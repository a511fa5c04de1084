"""What a browser fetches that has never been here: the home page and everything that it needs to be shown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from bench.visitors import Visitor

TAG = re.compile(r"<(?:script|link|img)\b[^>]*>")
ADDRESS = re.compile(r'(?:src|href)="([^"]+)"')
SHOWN_LINKS = re.compile(r'rel="(?:stylesheet|icon|manifest|preload)')
IN_STYLES = re.compile(r"(?:@import\s+|url\()[\"']?([^\"')\s]+)")
FONTS = (".woff2", ".woff")


@dataclass(frozen=True)
class FirstView:
    """Requests and bytes as they come over the line. Fonts apart: a browser fetches those whose letters it needs."""

    requests: int
    size: int
    fonts: int
    fonts_size: int


def first_view(visitor: Visitor) -> FirstView:
    """Fetch the home page for somebody who is signed in, with all that it names on this site."""
    sizes: dict[str, int] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        if path in sizes:
            continue
        answer, text = visitor.fetch(path)
        sizes[path] = len(answer.body)
        addresses = [urljoin(path, named) for named in _named(text, answer.kind)]
        waiting += [address for address in addresses if address.startswith("/")]
    fonts = [size for path, size in sizes.items() if path.endswith(FONTS)]
    return FirstView(len(sizes) - len(fonts), sum(sizes.values()) - sum(fonts), len(fonts), sum(fonts))


def _named(text: str, kind: str) -> Iterator[str]:
    """The addresses that a page or a style sheet wants fetched."""
    if "html" in kind:
        for tag in TAG.findall(text):
            address = ADDRESS.search(tag)
            if address and (not tag.startswith("<link") or SHOWN_LINKS.search(tag)):
                yield html.unescape(address[1])
    elif "css" in kind:
        yield from IN_STYLES.findall(text)
