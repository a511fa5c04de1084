"""Going somewhere by its name: pages that one may open, questions, practices, colleagues, departments, topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from forum.core.languages import Message, gettext, messages, said
from forum.core.permissions import allowed
from forum.departments.labelling import all_departments, slug_of
from forum.departments.listing import suggested_tags
from forum.people.listing import called_like
from forum.people.models import Person

LONGEST = 80  # characters that are looked at: nobody types more of a name
OF_A_KIND = 5  # names shown of each kind: with more letters they become fewer
KINDS: dict[str, str] = messages(
    {
        "page": "Page",
        "question": "Question",
        "practice": "Practice",
        "cause": "Cause",
        "chat": "Chat",
        "person": "Colleague",
        "department": "Department",
        "tag": "Topic",
    }
)
# The pages of the menus and of the foot, and what else stands on them: its words lead there, too.
PAGES: tuple[tuple[str, Message, Message], ...] = (
    ("/", Message("Home"), Message("what to do now")),
    ("/ask", Message("Ask a question"), Message("")),
    ("/search", Message("Search"), Message("")),
    ("/inbox", Message("Inbox"), Message("notes, unread")),
    ("/questions", Message("Questions"), Message("who needs somebody, answered, confirmed")),
    ("/questions?tab=mine", Message("Your questions"), Message("")),
    ("/practices", Message("Practices"), Message("best practices, library")),
    ("/departments", Message("Departments"), Message("")),
    ("/people", Message("People"), Message("colleagues")),
    ("/tags", Message("Topics"), Message("tags")),
    ("/causes", Message("Causes"), Message("")),
    ("/objectives", Message("Objectives"), Message("")),
    ("/requests", Message("Requests"), Message("courses")),
    ("/chats", Message("Chats"), Message("")),
    ("/stories", Message("Stories"), Message("")),
    ("/impact", Message("Impact"), Message("what came of it, figures")),
    ("/impact/silos", Message("Silos: who answers whom"), Message("")),
    ("/impact/reach", Message("Whom it reaches"), Message("")),
    ("/impact/ten", Message("The ten practices"), Message("")),
    ("/commitments", Message("Commitments"), Message("")),
    ("/bookmarks", Message("Bookmarks"), Message("")),
    ("/drafts", Message("Drafts"), Message("")),
    ("/team", Message("Team"), Message("")),
    ("/pulse", Message("Pulse"), Message("")),
    ("/settings", Message("Settings"), Message("theme, dark, colours, language, hours, password, mails")),
    ("/open-problems", Message("Open problems"), Message("")),
    ("/moderation", Message("Flagged and waiting"), Message("moderation, queue")),
    ("/practices/nominations", Message("Nominations"), Message("")),
    ("/practices/candidates", Message("What to write next"), Message("candidates")),
    ("/practices/queue", Message("Practices to look after"), Message("review")),
    ("/searches/missed", Message("Searched and not found"), Message("")),
    ("/synonyms", Message("Words that mean the same"), Message("synonyms")),
    ("/admin/people", Message("Administration"), Message("people, invitations, departments, mail")),
    ("/moderation/log", Message("Moderation log"), Message("")),
    ("/help", Message("Help"), Message("shortcuts, keys, writing")),
)


@dataclass(frozen=True, slots=True)
class Goal:
    """Where one can go: its name, of which kind it is, and where it stands. `about` is what tells two apart."""

    title: str
    kind: str
    url: str
    about: str = ""


def goals(person: Person, typed: str, titles: Sequence[Mapping[str, str]] = ()) -> Sequence[Goal]:
    """What is called like the typed words and may be opened by this person: pages, then a few of each kind, then pages
    on which something is called so. Without words every page; with words the search for them comes last. `titles` are
    the posts that a search found by what was typed: kind, title and address of each."""
    words = typed.strip()[:LONGEST]
    pages = _pages(person, words.casefold().split())
    if not words:
        return [page for page, _ in pages]
    called, hold = ([page for page, is_called in pages if is_called is wanted] for wanted in (True, False))
    posts = [Goal(each["title"], each["kind"], each["url"]) for each in titles]
    everywhere = gettext("Search for “%(words)s” everywhere", words=words)
    return [*called, *_named(words), *posts, *hold, Goal(everywhere, "", f"/search?{urlencode({'q': words})}")]


def _pages(person: Person, words: Sequence[str]) -> list[tuple[Goal, bool]]:
    """The pages in whose words all of these begin one, and whether they do so in its name."""
    closed, found = _closed_to(person), []
    for url, name, also in PAGES:
        called = f" {name} {said(name)}".casefold()
        all_of_it = f"{called} {also} {said(also)}".casefold().replace(",", " ")
        if url not in closed and all(f" {word}" in all_of_it for word in words):
            found.append((Goal(said(name), "page", url), all(f" {word}" in called for word in words)))
    return found


def _closed_to(person: Person) -> set[str]:
    """The pages that somebody may not open."""
    rights = {
        "/open-problems": allowed(person, "problem.see", None),
        "/moderation": allowed(person, "moderation.see", None),
        "/practices/nominations": allowed(person, "nomination.see", None),
        "/practices/candidates": allowed(person, "candidate.see", None),
        "/practices/queue": allowed(person, "practice.queue", None),
        "/searches/missed": allowed(person, "search.see_missed", None),
        "/synonyms": allowed(person, "synonym.keep", None),
        "/admin/people": allowed(person, "system.see", None),
    }
    return {url for url, is_open in rights.items() if not is_open}


def _named(words: str) -> Iterable[Goal]:
    yield from (
        Goal(name, "person", f"/people/{id}/{handle}", of) for id, handle, name, of in called_like(words, OF_A_KIND)
    )
    yield from islice(_departments(words), OF_A_KIND)
    if slug_of(words):  # In other letters no topic is named, and nothing would fit all of them.
        yield from (Goal(f"#{slug}", "tag", f"/tags/{slug}") for slug in suggested_tags(words)[:OF_A_KIND])


def _departments(words: str) -> Iterable[Goal]:
    for each in all_departments():
        if any(start.startswith(words.casefold()) for start in _starts(each.name.casefold())):
            yield Goal(each.name, "department", f"/departments/{each.slug}")


def _starts(name: str) -> Iterable[str]:
    """The name from each of its words on."""
    parts = name.split()
    return (" ".join(parts[place:]) for place in range(len(parts)))
