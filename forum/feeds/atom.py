"""A feed as RFC 4287 has it, from what is to stand in it. Every text is text: no mark-up of ours or of users."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # No file of XML can hold these.


@dataclass(frozen=True, slots=True)
class Entry:
    """One post. Its `id` stays whatever becomes of its title and its address."""

    id: str
    title: str
    url: str
    author: str
    text: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """What is said of the whole. Its own address is not in it: who passes the file on would pass on the secret."""

    id: str
    title: str
    url: str
    updated: datetime
    language: str


def written(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """The file."""
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _say(root, "id", feed.id)
    _say(root, "title", feed.title)
    _say(root, "updated", _moment(feed.updated))
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.url})
    for entry in entries:
        _add(root, entry)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(root: ElementTree.Element, entry: Entry) -> None:
    element = ElementTree.SubElement(root, "entry")
    _say(element, "id", entry.id)
    _say(element, "title", entry.title)
    _say(ElementTree.SubElement(element, "author"), "name", entry.author)
    _say(element, "published", _moment(entry.published))
    _say(element, "updated", _moment(entry.updated))
    ElementTree.SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.url})
    _say(element, "summary", entry.text)


def _say(parent: ElementTree.Element, name: str, words: str) -> None:
    ElementTree.SubElement(parent, name).text = NOT_IN_XML.sub("", words)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
