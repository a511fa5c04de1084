"""Fills an empty database with Northwick Instruments, by replaying its half year through the verbs people use.

What is told is data (`northwick/`, described in its README); nothing here knows a name or a text of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

from forum.answers.models import Answer
from forum.commitments.committing import confirm, report, undertake
from forum.commitments.experimenting import back, experiment, tell, thank
from forum.commitments.models import Commitment, Experiment
from forum.core.clock import as_of, now
from forum.core.db import db, transaction
from forum.departments.following import follow
from forum.departments.models import Department, Tag
from forum.exchange import teamwork
from forum.exchange.aiming import aiming, page_of, requesting, telling
from forum.exchange.causing import Story
from forum.exchange.replaying import Deed, play
from forum.exchange.talking import talking
from forum.exchange.threads import TRIED, Thread
from forum.exchange.world import FOLDER, World, how_it_went, read, told_moments
from forum.moderation.flagging import flag
from forum.moderation.suggesting import suggest
from forum.needs import check_ins, drafts
from forum.needs.check_ins import plan, reply
from forum.needs.launch import GETTING_READY
from forum.needs.models import Need
from forum.needs.opening import use_practice
from forum.nominations.nominating import latest_of, nominate, refuse
from forum.people import demo, joining
from forum.people.models import Person, Role, Skill
from forum.people.passwords import hash_password
from forum.practices.models import Practice
from forum.practices.promoting import Facts, Texts, promote, retire, revise, texts_of
from forum.practices.using import used
from forum.practices.validating import validate
from forum.reviewing.challenging import challenge
from forum.reviewing.challenging import reply as settle
from forum.reviewing.models import Challenge
from forum.search.keeping import keep

FACTS = ("form", "minutes", "is_free", "cost", "permission")  # of a practice, in its file


def steps() -> int:
    """How many files there are to replay."""
    return sum(1 for _ in FOLDER.rglob("*.toml"))


def fill(on_progress: Callable[[], None]) -> None:
    """Make the organisation and replay its story up to today, all in one transaction."""
    world = World(told_moments(now()))
    with transaction():
        with as_of(world.moments.opening - GETTING_READY):
            _found(world)
            for _ in range(3):
                on_progress()
        play(_story(world, on_progress), world.moments.end)
        _follow(world)
        on_progress()


def _found(world: World) -> None:
    told = read("organisation.toml")
    joining.found(told["name"], is_demo=True)
    for each in told["department"]:
        made = Department(
            slug=each["slug"], name=each["name"], description=each["description"], calendar=each["calendar"]
        )
        db.session.add(made)
        world.departments[each["slug"]] = made
    tags = {each["slug"]: Tag(**each) for each in read("tags.toml")["tag"]}
    db.session.add_all(tags.values())
    db.session.flush()
    shared_hash = hash_password(demo.PASSWORD)  # Hashed once: forty times would take ten seconds for the same password.
    for each in read("people.toml")["person"]:
        made = world.people[each["handle"]] = _join(world, each, shared_hash)
        db.session.add_all(Skill(person_id=made.id, tag_id=tags[slug].id) for slug in each.get("skills", []))
    for each in read("people.toml")["person"]:
        if "manager" in each:
            world.people[each["handle"]].manager_id = world.people[each["manager"]].id


def _join(world: World, told: dict[str, Any], password_hash: str) -> Person:
    person = joining.join(
        name=told["name"],
        handle=told["handle"],
        email=f"{told['handle']}@northwick.example",
        department=world.departments[told["department"]],
        password=None,
    )
    person.password_hash = password_hash
    person.job_title, person.about = told["job_title"], told["about"]
    if not told.get("comes_first"):
        person.arrived_at = person.first_steps_closed_at = now()
    for role in told.get("roles", []):
        of = world.departments[role["department"]].id if "department" in role else None
        db.session.add(Role(person_id=person.id, name=role["role"], department_id=of, since=now()))
    db.session.flush()
    db.session.expire(person, ["roles"])
    return person


def _story(world: World, on_progress: Callable[[], None]) -> Iterator[Deed]:
    """Every deed of the files, and a word of progress where each file has come to its end."""
    for chapter in _chapters(world):
        deeds = list(chapter)
        yield from deeds
        yield max(moment for moment, _ in deeds), on_progress


def _chapters(world: World) -> Iterator[Iterable[Deed]]:
    for file in sorted((FOLDER / "questions").glob("*.toml")):
        yield Thread(world, int(file.name.split("-")[0]), read(file)).story()
    for file in sorted((FOLDER / "practices").glob("*.toml")):
        yield _practice_story(world, int(file.name.split("-")[0].removeprefix("P")), read(file))
    yield chain.from_iterable(_taking(world, told) for told in read("taken.toml")["taken"])
    yield chain.from_iterable(_nominating(world, told) for told in read("nominated.toml")["nominated"])
    yield [(world.moments.at(told, told["by"]), partial(_use, world, told)) for told in read("used.toml")["used"]]
    yield [
        (world.moments.at(told, told["by"]), partial(keep, world.people[told["by"]], told["words"]))
        for told in read("synonyms.toml")["group"]
    ]
    yield chain.from_iterable(_promising(world, told) for told in read("promised.toml")["promised"])
    yield chain.from_iterable(_trying(world, told) for told in read("tried.toml")["tried"])
    yield chain.from_iterable(_challenging(world, told) for told in read("challenged.toml")["challenged"])
    yield _moderating(world, read("moderated.toml"))
    yield chain.from_iterable(
        Story(world, told, world.departments[told["department"]].calendar).deeds()
        for told in read("causes.toml")["cause"]
    )
    yield chain.from_iterable(aiming(world, told) for told in read("objectives.toml")["objective"])
    yield chain.from_iterable(telling(world, told) for told in read("stories.toml")["story"])
    yield chain.from_iterable(requesting(world, told) for told in read("requests.toml")["request"])
    yield chain.from_iterable(talking(world, told) for told in read("chats.toml")["chat"])
    yield teamwork.days(world)
    yield chain(teamwork.requests(world), teamwork.pledges(world), teamwork.ratings(world))
    yield [
        (world.moments.at(told, told["by"]), partial(_begin_to_ask, world, told))
        for told in read("abandoned.toml")["abandoned"]
    ]


def _practice_story(world: World, number: int, told: dict[str, Any]) -> Iterator[Deed]:
    def put() -> None:
        world.practices[number] = promote(
            world.people[told["promoted_by"]],
            world.answers[told["question"], told["answer"]],
            texts=texts_of(told),
            owner=world.people[told["owner"]],
            departments=[world.departments[slug].id for slug in told["departments"]],
            tags=" ".join(told["tags"]),
            review_pace=told["review_pace"],
            facts=Facts(
                contact=world.people[told["owner"]].name, **{name: told[name] for name in FACTS if name in told}
            ),
        )

    def rewrite(change: dict[str, Any]) -> None:
        practice = world.practices[number]
        revise(
            world.people[change["by"]], practice, _changed(practice, change), seen=practice.version, note=change["note"]
        )

    def end(ending: dict[str, Any]) -> None:
        successor = world.practices[ending["successor"]] if "successor" in ending else None
        retire(world.people[ending["by"]], world.practices[number], because=ending["reason"], successor=successor)

    def check(said: dict[str, Any]) -> None:
        validate(world.people[said["by"]], world.practices[number], said["verdict"])

    yield world.moments.at(told), put
    for said in told.get("checked", []):
        yield world.moments.at(said), partial(check, said)
    for change in told.get("revision", []):
        yield world.moments.at(change), partial(rewrite, change)
    if "retired" in told:
        yield world.moments.at(told["retired"]), partial(end, told["retired"])


def _changed(practice: Practice, change: dict[str, Any]) -> Texts:
    return texts_of({**practice.texts, **{name: change[name] for name in practice.texts if name in change}})


def _taking(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody finds a practice at the ask form and takes it: nothing is posted, and they are asked how it went."""
    person, made = told["by"], list[Need]()

    def take() -> None:
        practice = world.practices[told["practice"]]
        made.append(use_practice(world.people[person], practice.id, origin="deflected"))
        plan(made[0], practice_version=practice.version)
        drafts.end(world.people[person], f"practice {practice.id}", "deflected", practice)

    def say() -> None:
        check_in = check_ins.latest_of(made[0])
        assert check_in is not None
        reply(world.people[person], check_in, told["outcome"], **how_it_went(told))

    taken_at = world.moments.at(told, person)
    yield taken_at, take
    if told["outcome"] != "no_reply":  # Silence is what the timers make of it.
        yield world.moments.after(person, taken_at, TRIED), say


def _nominating(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody nominates the first answer to a question, unless the system has; and a moderator may refuse it."""

    def answer() -> Answer:
        return world.answers[told["question"], 0]

    def end(ending: dict[str, Any]) -> None:
        nomination = latest_of(answer())
        assert nomination is not None
        refuse(world.people[ending["by"]], nomination, reason=ending["reason"], words=ending["words"])

    if "by" in told:
        yield (
            world.moments.at(told, told["by"]),
            lambda: nominate(world.people[told["by"]], answer(), why=told["why"]),
        )
    if "refused" in told:
        yield world.moments.at(told["refused"], told["refused"]["by"]), partial(end, told["refused"])


def _promising(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody says what they will do about a question or a practice, and how it went; silence is the timers' work."""
    person, made = told["by"], list[Commitment]()

    def say() -> None:
        given = {name: told[name] for name in ("occasion", "deed", "is_private") if name in told}
        partner = world.people[told["partner"]] if "partner" in told else None
        due_on = (now() + timedelta(days=told["due_in"])).date()
        made.append(undertake(world.people[person], page_of(world, told), due_on=due_on, partner=partner, **given))

    def tell() -> None:
        report(world.people[person], made[0], told["state"], word=told.get("word", ""))
        if told.get("confirmed"):
            confirm(world.people[told["partner"]], made[0])

    said_at = world.moments.at(told, person)
    yield said_at, say
    if "state" in told:
        yield world.moments.after(person, said_at, _worked_in(told["due_in"])), tell


def _trying(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody tries what is no practice yet; somebody backs it, and what came of it is thanked for."""
    person, made = told["by"], list[Experiment]()

    def begin() -> None:
        given = {name: told[name] for name in ("title", "expectation", "test", "limited_to")}
        partner = world.people[told["partner"]] if "partner" in told else None
        due_on = (now() + timedelta(days=told["due_in"])).date()
        made.append(experiment(world.people[person], page_of(world, told), due_on=due_on, partner=partner, **given))
        if "backed_by" in told:
            back(world.people[told["backed_by"]], made[0])

    def say() -> None:
        tell(world.people[person], made[0], told["result"], told["word"])
        for given in told["thanked"]:
            thank(world.people[given["by"]], made[0], given["line"])

    begun_at = world.moments.at(told, person)
    yield begun_at, begin
    if "result" in told:
        yield world.moments.after(person, begun_at, _worked_in(told["due_in"])), say


def _moderating(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody flags an answer, and somebody suggests a better text for one; nobody has decided yet."""

    def look_at(each: dict[str, Any]) -> None:
        flagged = world.answers[each["question"], each["answer"]]
        flag(world.people[each["by"]], flagged, reason=each["reason"], words=each["words"])

    def propose(each: dict[str, Any]) -> None:
        better = world.answers[each["question"], each["answer"]]
        suggest(world.people[each["by"]], better, {"body": each["body"]}, seen=better.version, why=each["why"])

    for each in told["flagged"]:
        yield world.moments.at(each, each["by"]), partial(look_at, each)
    for each in told["suggested"]:
        yield world.moments.at(each, each["by"]), partial(propose, each)


def _challenging(world: World, told: dict[str, Any]) -> Iterator[Deed]:
    """Somebody says that a practice no longer works, and whoever looks after it replies."""
    made, replied = list[Challenge](), told["replied"]

    def doubt() -> None:
        person, practice = world.people[told["by"]], world.practices[told["practice"]]
        made.append(challenge(person, practice, what=told["what"], tried=told["tried"]))

    def answer() -> None:
        settle(world.people[replied["by"]], made[0], replied["outcome"], replied["words"])

    doubted_at = world.moments.at(told, told["by"])
    yield doubted_at, doubt
    yield world.moments.after(replied["by"], doubted_at, replied["after"]), answer


def _worked_in(days: int) -> float:
    """Working hours of so many days and a morning: by then it is done, and can be told."""
    return days * 40 / 7 + 4


def _use(world: World, told: dict[str, Any]) -> None:
    """Somebody has used a practice and says how it went."""
    used(world.people[told["by"]], world.practices[told["practice"]], told["outcome"], **how_it_went(told))


def _begin_to_ask(world: World, told: dict[str, Any]) -> None:
    """Somebody types and goes away. That it is abandoned and forgotten is what the timers make of it."""
    words = {"title": [told["title"]], "body": [told.get("body", "")]}
    drafts.keep(world.people[told["by"]], told["title"], words)


def _follow(world: World) -> None:
    tags = {tag.slug: tag.id for tag in db.session.scalars(db.select(Tag))}
    for told in read("follows.toml")["follow"]:
        ids: dict[str, Callable[[Any], int]] = {
            "department": lambda what: world.departments[what].id,
            "tag": lambda what: tags[what],
            "person": lambda what: world.people[what].id,
            "question": lambda what: world.questions[what].id,
        }
        follow(world.people[told["by"]], told["kind"], ids[told["kind"]](told["what"]))
