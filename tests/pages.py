"""Reads an answer as a person sees it: the words on the page, what its forms hold, where its links lead."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag

Typed = dict[str, Any]


class Page:
    """An HTML answer. `status` is its code; everything else is looked up when asked for."""

    def __init__(self, answer: Any) -> None:
        self.status: int = answer.status_code
        self.soup = BeautifulSoup(answer.text, "html.parser")

    @property
    def words(self) -> str:
        """What stands in the main part, in single blanks; a fragment is all main part."""
        return words_of(self.soup.find("main") or self.soup)

    @property
    def title(self) -> str:
        """The first heading."""
        return words_of(self.soup.find("h1"))

    @property
    def problems(self) -> list[str]:
        """Ids of the fields that the page complains about, as the list at the top of a refused form links to them."""
        return [link["href"].removeprefix("#") for link in self.soup.select('[role="alert"] li a')]

    def has_form(self, action: str) -> bool:
        """Whether there is a form that posts to that address."""
        return self.soup.find("form", method="post", action=action) is not None

    def form(self, action: str = "") -> Typed:
        """What the form that posts to `action` would send; an empty `action` is the form without an address."""
        found = self.soup.find("form", method="post", action=action or None)
        assert isinstance(found, Tag), f"no form that posts to {action!r}"
        return sent_by(found)

    def forms(self) -> list[tuple[str, Typed]]:
        """Every posting form of the page: where it leads and what it would send."""
        return [(str(form.get("action", "")), sent_by(form)) for form in self.soup.find_all("form", method="post")]

    def links(self) -> dict[str, str]:
        """Where each link of the main part leads, by its words."""
        return {words_of(link): str(link["href"]) for link in (self.soup.find("main") or self.soup).find_all("a")}

    def next(self) -> str | None:
        """Address of the next page of a list."""
        found = self.soup.find("a", rel="next")
        return str(found["href"]) if found else None

    def post(self, id: int) -> Tag:
        """The place of a post on its page."""
        found = self.soup.find(id=f"post-{id}")
        assert isinstance(found, Tag), f"post {id} is not on the page"
        return found

    def posts(self) -> list[int]:
        """Ids of all posts of the page in the order in which they are read."""
        return [int(str(found["id"]).removeprefix("post-")) for found in self.soup.select('[id^="post-"]')]


def words_of(part: Any) -> str:
    """The words of a part of a page, in single blanks. A `bdi` parts nothing: it only has a direction of its own."""
    if part is not None:
        for own in part.find_all("bdi"):
            own.unwrap()
        part.smooth()
    return " ".join(part.get_text(" ").split()) if part is not None else ""


def sent_by(form: Tag) -> Typed:
    """Names and values that a browser would send, without the token; several values of one name as a list."""
    sent: dict[str, list[str]] = {}
    for control in form.find_all(["input", "textarea", "select"]):
        if control.get("name") not in (None, "csrf_token"):
            sent.setdefault(str(control["name"]), []).extend(_values(control))
    return {name: values if len(values) != 1 else values[0] for name, values in sent.items() if values}


def _values(control: Tag) -> list[str]:
    if control.name == "textarea":
        return [re.sub(r"^\r?\n", "", control.get_text())]  # A browser drops one line break after the tag.
    if control.name == "select":
        options = control.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")] or options[:1]
        return [str(option.get("value", option.get_text())) for option in chosen]
    if control.get("type") in ("checkbox", "radio"):
        return [str(control.get("value", "on"))] if control.has_attr("checked") else []
    return [str(control.get("value", ""))]
