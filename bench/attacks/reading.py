"""Every place that prints what people typed, in a real browser, with one wall or the other taken down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bench.attacks import planting, walls
from bench.attacks.browsing import Reader, Seen, chromium
from bench.attacks.collected import Payload, groups
from bench.attacks.pages import Pages, Visit, mail_visits
from bench.attacks.planting import APART, WORD, Planter, name_in_text
from bench.attacks.report import Part, Report
from forum.core import text as texts
from forum.search.query import LONGEST

MODES_OF = {"pages": "cleaning alone", "policy": "policy alone", "control": "neither"}
# Where nothing is cleaned it is the policy that is tried, which is one for all pages: fewer texts at once, so that
# those that break the page hide few others, on fewer pages.
SIZE = {"pages": 60_000, "policy": 12_000, "control": 2_000}
CONTROL_GROUPS = 4
RAW_PAGES = ("/questions/<id:id>/<slug>", "/practices/<id:id>/<slug>", "/people", "/inbox", "/causes/<id:id>/<slug>")
DROP_DOWN, PREVIEW, REFUSED, SEARCHED = "the drop-down", "the preview", "a refused form", "/search?q="
IN_ADDRESSES = ("/ask?title=", "/people?q=", "/practices?tag=")
LONGEST_ADDRESS = 6_000  # characters of a text in an address; servers take little more
NOWHERE = "http://attacked.example"  # answered by the browser itself
OF_THE_FRAME = ["html", "head", "meta", "meta charset", "body", "div", "div class", "i", "i title"]
TOGETHER = 60  # answers of the search page that are shown in one document


@dataclass
class _Trial:
    """One part of a run while it goes on."""

    part: Part
    mode: str
    cleaned: bool
    ground: walls.Ground
    pages: Pages
    planter: Planter
    readers: dict[int, Reader]
    browser: Any
    known: list[str]

    def reader(self, person: int) -> Reader:
        if person not in self.readers:
            cookie = _cookie(self.pages, person)
            self.readers[person] = Reader(self.browser, self.ground.address, cookie)
        return self.readers[person]

    def is_hit(self, seen: Seen) -> bool:
        return bool(seen.ran or (self.cleaned and (seen.handlers or seen.foreign or seen.strange)))


def read_all(
    name: str, payloads: Sequence[Payload], environ: dict[str, str], report: Report, only: tuple[str, ...] = ()
) -> None:
    """Run the payloads in every place, in one of the modes."""
    part, mode = report.part(name), MODES_OF[name]
    part.notes.append(f"{mode}: {walls.MODES[mode]}")
    with walls.ground(environ, mode) as ground, ground.app.app_context(), chromium() as browser:
        pages = Pages(ground.app)
        planter = Planter(cleaned=name == "pages")
        visits = [*pages.visits(only), *mail_visits()]
        part.notes += [f"nothing to see at {rule}" for rule in pages.missing]
        trial = _Trial(part, mode, name == "pages", ground, pages, planter, {}, browser, [])
        planter.plant_names()
        _learn(trial, visits)
        ground.reports.clear()
        if not trial.cleaned:
            visits = [visit for visit in visits if visit.rule in RAW_PAGES]  # No mail programme knows our policy.
        tried = list(groups(payloads, SIZE[name]))
        if name == "control":
            tried = tried[:: max(1, len(tried) // CONTROL_GROUPS)]
        for group in tried:
            _try(trial, visits, group)
        part.add("reports that reached the site", len(ground.reports))
        for reader in trial.readers.values():
            reader.close()
    _judge(name, part)


def read_texts(payloads: Sequence[Payload], report: Report) -> None:
    """Every payload as a text of its own, as a word between tags and as a quoted attribute, with no policy at all.

    The quick part: it says what the cleaning is worth, and nothing of where a page prints it.
    """
    part = report.part("texts")
    with chromium() as browser:
        reader = Reader(browser, NOWHERE, {"name": "none", "value": "none"})
        for group in groups(payloads):
            bodies = "\n".join(texts.render(payload.typed) for payload in group)
            words = (texts.escaped(payload.typed) for payload in group)
            rows = "\n".join(f'<i title="{each}">{each}</i>' for each in words)
            seen = reader.show(f'<div class="prose">{bodies}</div><div>{rows}</div>', OF_THE_FRAME)
            part.add("payloads", len(group))
            for payload in group:
                part.by_collection[payload.collection] = part.by_collection.get(payload.collection, 0) + 1
            part.add("scripts that ran", len(seen.ran))
            part.add("handlers", seen.handlers)
            part.add("addresses of a foreign scheme", len(seen.foreign))
            part.add("strange tags or attributes", len(seen.strange))
            if seen.ran or seen.handlers or seen.foreign or seen.strange or seen.gone:
                told = json.dumps({"ran": seen.ran[:3], "foreign": seen.foreign[:3], "strange": seen.strange[:5]})
                part.failures.append(f"{group[0].id} to {group[-1].id}: {told}")
        reader.close()


def _learn(trial: _Trial, visits: list[Visit]) -> None:
    """Which tags and attributes are ours, and which places each page prints."""
    printed: dict[str, list[str]] = {}
    known: set[str] = set()
    for visit in visits:
        seen = trial.reader(visit.person).look(visit.path, [])
        known.update(seen.found)
        html = trial.reader(visit.person).page.content()
        for place in planting.places():
            if name_in_text(place) in html:
                printed.setdefault(str(place), []).append(visit.rule)
    trial.known = sorted(known)
    trial.part.counts["pages visited"] = len(visits)
    trial.part.counts["places people's words are kept"] = len(planting.places())
    trial.part.counts["places seen printed"] = len(printed)
    trial.part.notes += [
        f"{place} is not printed on any page visited" for place in map(str, planting.places()) if place not in printed
    ]


def _try(trial: _Trial, visits: Iterable[Visit], group: Sequence[Payload]) -> None:
    part = trial.part
    trial.planter.plant(group)
    for payload in group:
        part.by_collection[payload.collection] = part.by_collection.get(payload.collection, 0) + 1
    part.add("payloads", len(group))
    for visit in visits:
        _count(trial, visit.rule, group, trial.reader(visit.person).look(visit.path, trial.known), visit)
    everything = trial.pages.everything
    reader = trial.reader(everything)
    _count(trial, DROP_DOWN, group, reader.look("/", trial.known, type_into="#search", word=WORD[:-1]))
    words = (APART if not trial.cleaned else "\n").join(payload.typed for payload in group)
    for start in IN_ADDRESSES:
        for piece in _pieces(words, LONGEST_ADDRESS):
            _count(trial, start, group, reader.look(start + quote(piece), trial.known))
    _sent_forms(trial, group, words)
    _searched(trial, group)


def _pieces(words: str, size: int) -> list[str]:
    return [words[start : start + size] for start in range(0, len(words), size)]


def _sent_forms(trial: _Trial, group: Sequence[Payload], words: str) -> None:
    """The preview of the texts, and a form that is refused and shows again what was typed."""
    client = trial.pages.client(trial.pages.everything)
    page = client.get("/ask").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    for place, path, form in (
        (PREVIEW, "/preview", {"body": words[:30_000]}),
        (REFUSED, "/ask", {"title": words, "body": words[:40_000], "tags": words}),
    ):
        answer = client.post(path, data={"csrf_token": token, **form})
        _count(trial, place, group, _shown(trial, answer.text, answer.headers.get(walls.POLICY)))


def _searched(trial: _Trial, group: Sequence[Payload]) -> None:
    """Each text typed into the search box, many answers in one document."""
    client = trial.pages.client(trial.pages.everything)
    typed = [payload.typed for payload in group if payload.typed.strip()]
    if not trial.cleaned:
        typed = typed[::8]
    for start in range(0, len(typed), TOGETHER):
        bodies, policy = [], None
        for words in typed[start : start + TOGETHER]:
            answer = client.get("/search", query_string={"q": words[:LONGEST]})
            bodies.append(answer.text.partition("<body>")[2].partition("</body>")[0])
            policy = answer.headers.get(walls.POLICY)
        trial.part.add("searches", len(bodies))
        _count(trial, SEARCHED, group, _shown(trial, "<body>" + "\n".join(bodies) + "</body>", policy))


def _shown(trial: _Trial, html: str, policy: str | None) -> Seen:
    """An answer that was fetched already, shown in the browser at an address of the site with the policy it had."""
    reader = trial.reader(trial.pages.everything)
    return reader.show(html, trial.known, {walls.POLICY: policy} if policy else {})


def _count(trial: _Trial, place: str, group: Sequence[Payload], seen: Seen, visit: Visit | None = None) -> None:
    part = trial.part
    part.by_place[place] = part.by_place.get(place, 0) + len(group)
    part.add("texts shown", len(group))
    part.add("documents")
    part.add("scripts that ran", len(seen.ran))
    part.add("violations reported", seen.violations)
    if trial.cleaned:
        part.add("handlers", seen.handlers)
        part.add("addresses of a foreign scheme", len(seen.foreign))
        part.add("strange tags or attributes", len(seen.strange))
    if seen.gone:
        part.add("documents that took their reader elsewhere")
        if trial.cleaned:
            part.failures.append(f"{place} leads away with {group[0].id} to {group[-1].id}")
    if seen.status >= 500:
        part.failures.append(f"{place} answered {seen.status} with {group[0].id} to {group[-1].id}")
    if trial.is_hit(seen):
        culprits = _culprits(trial, visit, group) if visit and trial.mode != "neither" else group
        told = json.dumps({"ran": seen.ran[:3], "foreign": seen.foreign[:3], "strange": seen.strange[:5]})
        part.failures.append(f"{place}: {', '.join(each.id for each in culprits[:3])}: {told}")


def _culprits(trial: _Trial, visit: Visit, group: Sequence[Payload]) -> Sequence[Payload]:
    """The smallest part of a group that still does it, found by halves."""
    while len(group) > 1:
        halves = (group[: len(group) // 2], group[len(group) // 2 :])
        for half in halves:
            trial.planter.plant(half)
            if trial.is_hit(trial.reader(visit.person).look(visit.path, trial.known)):
                group = half
                break
        else:
            break
    return group


def _judge(name: str, part: Part) -> None:
    if name == "control":  # Here they are to run: that shows that they would be noticed elsewhere.
        part.notes += [f"the trap bites: {len(part.failures)} documents in which something ran"]
        if not part.failures:
            part.notes.append("NOTHING RAN in the control")
        part.failures = [] if part.failures else ["nothing ran in the control, so the others prove nothing"]
    if name == "policy" and not part.counts.get("violations reported"):
        part.failures.append("the policy stopped nothing, so it was not tried")


def _cookie(pages: Pages, person: int) -> dict[str, str]:
    cookie = pages.client(person).get_cookie("proven")
    return {"name": cookie.key, "value": cookie.value}
