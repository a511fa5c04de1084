"""Every place that prints what people typed, in a real browser, with one wall or the other taken down."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

import click

from bench.attacks import planting, walls
from bench.attacks.browsing import TRIES, Chromium, Reader, Seen, renewable
from bench.attacks.collected import Payload, groups, harmless
from bench.attacks.furnishing import furnish
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
# Searches that find all sorts, less by a filter, less by half of the words, and nothing.
ORDINARY = (WORD, f"{WORD} is:question", f"{WORD} dept:sales half", "nowhere")
DROP_DOWN, PREVIEW, REFUSED, SEARCHED = "the drop-down", "the preview", "a refused form", "/search?q="
HARMLESS = (" ", "x")  # in the place of signs: one keeps the words, the other the length
IN_ADDRESSES = ("/ask?title=", "/people?q=", "/practices?tag=")
LONGEST_ADDRESS = 6_000  # characters of a text in an address; servers take little more
NOWHERE = "http://attacked.example"  # answered by the browser itself
OF_THE_FRAME = ["html", "head", "meta", "meta charset", "body", "div", "div class", "i", "i title"]
TOGETHER = 4_000  # characters of texts that are searched for while they are planted: each answer prints them many times
MANY_TOGETHER = 12  # such answers in one document: with sixty it had a hundred megabytes, which took every browser
FEW_TOGETHER = 6  # the same where nothing is cleaned: a browser mends each open tag in all that follows it
NO_ATTACK = Payload("its own name", "", "", "", "")
TOLD_EVERY = 15  # seconds between two lines of progress


# How a place is looked at while a group of texts stands in it.
Look = Callable[[Sequence[Payload]], Seen]


@dataclass
class Ours:
    """What the site itself puts into one place, as it was seen there with harmless texts."""

    found: set[str] = field(default_factory=set)
    foreign: Counter[str] = field(default_factory=Counter)

    def learn(self, seen: Seen) -> None:
        """Take in what a look at harmless texts found."""
        self.found.update(seen.found)
        self.foreign |= Counter(map(_kind_of, seen.foreign))

    def strange_in(self, seen: Seen) -> list[str]:
        """Tags and attributes that are none of the site's own."""
        return [pair for pair in seen.found if pair not in self.found]

    def foreign_in(self, seen: Seen) -> list[str]:
        """Addresses of a foreign scheme, where there are more of a kind than the site itself has."""
        more = Counter(map(_kind_of, seen.foreign)) - self.foreign
        return [each for each in seen.foreign if _kind_of(each) in more]


def _kind_of(address: str) -> str:
    """Tag, attribute and scheme of an address as a look names it."""
    return address.partition(":")[0]


@dataclass
class _Trial:
    """One part of a run while it goes on."""

    report: Report
    part: Part
    mode: str
    cleaned: bool
    ground: walls.Ground
    pages: Pages
    planter: Planter
    running: Chromium
    readers: dict[int, Reader] = field(default_factory=dict)
    ours: dict[str, Ours] = field(default_factory=lambda: defaultdict(Ours))
    planted: Sequence[Payload] = ()
    doing: str = "the site's own words"
    told_at: float = 0.0

    def reader(self, person: int) -> Reader:
        if person not in self.readers:
            cookie = _cookie(self.pages, person)
            self.readers[person] = Reader(self.running, self.ground.address, cookie)
        return self.readers[person]

    def plant(self, group: Sequence[Payload]) -> None:
        if group != self.planted:
            self.planter.plant(group)
            self.planted = group

    def tell(self, place: str) -> None:
        """Say where the run is, and keep what it found by now, every so often."""
        if time.monotonic() - self.told_at > TOLD_EVERY:
            self.told_at = time.monotonic()
            shown = f"{self.part.counts.get('documents', 0):,} documents, {len(self.part.failures)} findings"
            where = f"a browser of {self.running.weight:,} MB; {self.doing}: {place}"
            click.echo(f"  {time.strftime('%H:%M:%S')}  {shown}, {where}")
            self.report.keep()

    def is_odd(self, place: str, seen: Seen) -> bool:
        """Whether there is something that harmless texts have not shown yet."""
        return self.cleaned and bool(self.ours[place].strange_in(seen) or self.ours[place].foreign_in(seen))

    def is_hit(self, place: str, seen: Seen) -> bool:
        return bool(seen.ran or (self.cleaned and seen.handlers) or self.is_odd(place, seen))


def read_all(
    name: str, payloads: Sequence[Payload], environ: dict[str, str], report: Report, only: tuple[str, ...] = ()
) -> None:
    """Run the payloads in every place, in one of the modes."""
    part, mode = report.part(name), MODES_OF[name]
    part.notes.append(f"{mode}: {walls.MODES[mode]}")
    with walls.ground(environ, mode) as ground, ground.app.app_context(), renewable() as running:
        pages = Pages(ground.app)
        furnish(pages.everything)
        planter = Planter(cleaned=name == "pages")
        visits = [*pages.visits(only), *mail_visits()]
        part.notes += [f"nothing to see at {rule}" for rule in pages.missing]
        trial = _Trial(report, part, mode, name == "pages", ground, pages, planter, running)
        planter.plant_names()
        _learn(trial, visits, whole=not only)
        ground.reports.clear()
        if not trial.cleaned:
            visits = [visit for visit in visits if visit.rule in RAW_PAGES]  # No mail programme knows our policy.
        tried = list(groups(payloads, SIZE[name]))
        if name == "control":
            tried = tried[:: max(1, len(tried) // CONTROL_GROUPS)]
        for number, group in enumerate(tried, start=1):
            trial.doing = f"group {number} of {len(tried)}"
            _try(trial, visits, group)
        part.counts["MB that a browser held at the most"] = running.heaviest
        part.add("reports that reached the site", len(ground.reports))
        part.notes.append(f"answered by the site: {dict(Counter(filter(None, ground.reports)))}")
    _judge(name, part)


def read_texts(payloads: Sequence[Payload], report: Report) -> None:
    """Every payload as a text of its own, as a word between tags and as a quoted attribute, with no policy at all.

    The quick part: it says what the cleaning is worth, and nothing of where a page prints it.
    """
    part = report.part("texts")
    with renewable() as running:
        reader = Reader(running, NOWHERE, {"name": "none", "value": "none"})
        for group in groups(payloads):
            bodies = "\n".join(texts.render(payload.typed) for payload in group)
            words = (texts.escaped(payload.typed) for payload in group)
            rows = "\n".join(f'<i title="{each}">{each}</i>' for each in words)
            seen = reader.show(f'<div class="prose">{bodies}</div><div>{rows}</div>')
            strange = [pair for pair in seen.found if pair not in OF_THE_FRAME]
            part.add("payloads", len(group))
            for payload in group:
                part.by_collection[payload.collection] = part.by_collection.get(payload.collection, 0) + 1
            part.add("scripts that ran", len(seen.ran))
            part.add("handlers", seen.handlers)
            part.add("addresses of a foreign scheme", len(seen.foreign))
            part.add("strange tags or attributes", len(strange))
            if seen.ran or seen.handlers or seen.foreign or strange or seen.gone or seen.lost:
                found = {"ran": seen.ran[:3], "foreign": seen.foreign[:3], "strange": strange[:5], "lost": seen.lost}
                told = json.dumps(found)
                part.failures.append(f"{group[0].id} to {group[-1].id}: {told}")


def _learn(trial: _Trial, visits: list[Visit], *, whole: bool) -> None:
    """What of each page is ours, and which places it prints. Of the `whole` site each is printed, or has a reason."""
    printed: set[str] = set()
    for visit in visits:
        reader = trial.reader(visit.person)
        trial.ours[visit.rule].learn(_seen(trial, visit.rule, [NO_ATTACK], partial(_at, reader, visit.path)))
        html = reader.html()
        printed |= {str(place) for place in planting.places() if name_in_text(place) in html}
    trial.ours[SEARCHED].learn(_seen(trial, SEARCHED, [NO_ATTACK], lambda _group: _found(trial, ORDINARY)))
    places = {str(place) for place in planting.places()}
    unexplained = sorted(places - printed - planting.UNPRINTED.keys())
    trial.part.counts["pages visited"] = len(visits)
    trial.part.counts["places people's words are kept"] = len(places)
    trial.part.counts["places seen printed"] = len(printed)
    trial.part.counts["places never printed, with the reason"] = len(planting.UNPRINTED)
    trial.part.counts["places never printed, unexplained"] = len(unexplained)
    trial.part.notes += [f"{place} is printed on no page: {why}" for place, why in planting.UNPRINTED.items()]
    for place in unexplained:
        told = f"{place} is not printed on any page visited"
        trial.part.failures.append(told) if whole else trial.part.notes.append(told)


def _try(trial: _Trial, visits: Iterable[Visit], group: Sequence[Payload]) -> None:
    part = trial.part
    for payload in group:
        part.by_collection[payload.collection] = part.by_collection.get(payload.collection, 0) + 1
    part.add("payloads", len(group))
    reader = trial.reader(trial.pages.everything)
    places = [(visit.rule, _planted(trial, trial.reader(visit.person), visit.path)) for visit in visits]
    drop_down = _planted(trial, reader, "/", type_into="#search", word=WORD[:-1])
    _look_at(trial, [*places, (DROP_DOWN, drop_down)], group)
    for start in IN_ADDRESSES:
        for number in range(len(_pieces(_joined(trial, group)))):
            _look(trial, start, group, _in_address(trial, reader, start, number))
    _sent_forms(trial, group)
    _searched(trial, group)


def _at(reader: Reader, path: str, _group: Sequence[Payload]) -> Seen:
    return reader.look(path)


def _planted(trial: _Trial, reader: Reader, path: str, **typed: str) -> Look:
    def look(group: Sequence[Payload]) -> Seen:
        trial.plant(group)
        return reader.look(path, **typed)

    return look


def _in_address(trial: _Trial, reader: Reader, start: str, number: int) -> Look:
    return lambda group: reader.look(start + quote("".join(_pieces(_joined(trial, group))[number : number + 1])))


def _joined(trial: _Trial, group: Sequence[Payload]) -> str:
    return ("\n" if trial.cleaned else APART).join(payload.typed for payload in group)


def _pieces(words: str) -> list[str]:
    return [words[start : start + LONGEST_ADDRESS] for start in range(0, len(words), LONGEST_ADDRESS)]


def _sent_forms(trial: _Trial, group: Sequence[Payload]) -> None:
    """The preview of the texts, and a form that is refused and shows again what was typed."""
    client = trial.pages.client(trial.pages.everything)
    page = client.get("/ask").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    def preview(group: Sequence[Payload]) -> Seen:
        body = _joined(trial, group)[:30_000]
        answer = client.post("/preview", data={"csrf_token": token, "body": body})
        text = (
            f'<div class="prose">{answer.text}</div>'  # As the editor shows it: what a text may have is judged as one.
        )
        return _document(trial, text, answer.headers.get(walls.POLICY))

    def refused(group: Sequence[Payload]) -> Seen:
        words = _joined(trial, group)
        form = {"csrf_token": token, "title": words, "body": words[:40_000], "tags": words}
        return _shown(trial, client.post("/ask", data=form))

    _look(trial, PREVIEW, group, preview)
    _look(trial, REFUSED, group, refused)


def _searched(trial: _Trial, group: Sequence[Payload]) -> None:
    """Each text typed into the search box, many answers in one document."""
    typed = [payload for payload in group if payload.typed.strip()]
    most = MANY_TOGETHER if trial.cleaned else FEW_TOGETHER
    parts = groups(typed, TOGETHER) if trial.cleaned else [typed[::8]]
    for together in (part[start : start + most] for part in parts for start in range(0, len(part), most)):
        trial.part.add("searches", len(together))
        _look(trial, SEARCHED, together, partial(_answers, trial))


def _answers(trial: _Trial, group: Sequence[Payload]) -> Seen:
    if trial.cleaned:
        trial.plant(group)  # What is found holds the words that were typed, and no more than one browser bears.
    return _found(trial, [each.typed[:LONGEST] for each in group])


def _found(trial: _Trial, searches: Sequence[str]) -> Seen:
    """What searches find, in one document."""
    client = trial.pages.client(trial.pages.everything)
    answers = [client.get("/search", query_string={"q": words}) for words in searches]
    bodies = (answer.text.partition("<body>")[2].partition("</body>")[0] for answer in answers)
    return _document(trial, "<body>" + "\n".join(bodies) + "</body>", answers[-1].headers.get(walls.POLICY))


def _shown(trial: _Trial, answer: Any) -> Seen:
    return _document(trial, answer.text, answer.headers.get(walls.POLICY))


def _document(trial: _Trial, html: str, policy: str | None) -> Seen:
    """An answer that was fetched already, shown in the browser at an address of the site with the policy it had."""
    reader = trial.reader(trial.pages.everything)
    return reader.show(html, {walls.POLICY: policy} if policy else {})


def _look(trial: _Trial, place: str, group: Sequence[Payload], look: Look) -> None:
    _look_at(trial, [(place, look)], group)


def _look_at(trial: _Trial, places: Iterable[tuple[str, Look]], group: Sequence[Payload]) -> None:
    """Look at places with a group of texts in them, and count what came of it.

    To plant other texts takes longer than to look at a page, so whatever is odd is gathered first. Is it the site that
    makes this of any text with these words, or as long?
    """
    odd = []
    for place, look in places:
        seen = _seen(trial, place, group, look)
        if trial.is_odd(place, seen):
            odd.append((place, look))
        else:
            _judge_look(trial, place, group, look, seen)
    for instead in HARMLESS if odd else ():
        tame = [harmless(payload, instead) for payload in group]
        for place, look in odd:
            trial.ours[place].learn(_seen(trial, place, tame, look))
            trial.part.add("looks at harmless texts")
    for place, look in odd:
        _judge_look(trial, place, group, look, _seen(trial, place, group, look))


def _seen(trial: _Trial, place: str, group: Sequence[Payload], look: Look) -> Seen:
    """What a look finds. Browsers may die of other things than what they show; what takes every one is a finding."""
    trial.tell(place)
    seen = look(group)
    for how in seen.lost:
        trial.part.add("browsers lost")
        trial.part.notes.append(f"lost a browser at {place} with {group[0].id} to {group[-1].id}: it {how}")
        click.echo(f"  {trial.part.notes[-1]}")
    if len(seen.lost) == TRIES and trial.cleaned:
        trial.part.failures.append(f"every browser is lost at {place} with {group[0].id} to {group[-1].id}")
    return seen


def _judge_look(trial: _Trial, place: str, group: Sequence[Payload], look: Look, seen: Seen) -> None:
    _count(trial, place, group, seen)
    if trial.is_hit(place, seen):
        culprits = _culprits(trial, place, group, look) if trial.mode != "neither" else group
        ours = trial.ours[place]
        told = {"ran": seen.ran[:3], "foreign": ours.foreign_in(seen)[:3], "strange": ours.strange_in(seen)[:5]}
        trial.part.failures.append(f"{place}: {', '.join(each.id for each in culprits[:3])}: {json.dumps(told)}")


def _count(trial: _Trial, place: str, group: Sequence[Payload], seen: Seen) -> None:
    part, ours = trial.part, trial.ours[place]
    part.by_place[place] = part.by_place.get(place, 0) + len(group)
    part.add("texts shown", len(group))
    part.add("documents")
    part.add("scripts that ran", len(seen.ran))
    part.add("violations reported", seen.violations)
    if trial.cleaned:
        part.add("handlers", seen.handlers)
        part.add("addresses of a foreign scheme", len(ours.foreign_in(seen)))
        part.add("strange tags or attributes", len(ours.strange_in(seen)))
    if seen.gone:
        part.add("documents that took their reader elsewhere")
        if trial.cleaned:
            part.failures.append(f"{place} leads away with {group[0].id} to {group[-1].id}")
    if seen.status >= 500:
        part.failures.append(f"{place} answered {seen.status} with {group[0].id} to {group[-1].id}")


def _culprits(trial: _Trial, place: str, group: Sequence[Payload], look: Look) -> Sequence[Payload]:
    """The smallest part of a group that still does it, found by halves."""
    while len(group) > 1:
        halves = (group[: len(group) // 2], group[len(group) // 2 :])
        guilty = next((half for half in halves if trial.is_hit(place, _seen(trial, place, half, look))), None)
        if guilty is None:
            break
        group = guilty
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
