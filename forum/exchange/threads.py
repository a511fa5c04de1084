"""A question's part of the story: who asked what, who answered, and whether it worked, each a deed at its moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select

from forum.answers.answering import accept, answer, edit_answer
from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.exchange.replaying import Deed
from forum.exchange.world import World, how_it_went
from forum.needs import drafts, timers
from forum.needs.check_ins import came_back, latest_of, reply, try_on
from forum.needs.models import Need
from forum.needs.opening import need_of, share, withdraw
from forum.needs.owning import name_owner
from forum.people.models import Person
from forum.posts.comments import comment
from forum.posts.models import Comment, Post
from forum.posts.thanks import thank
from forum.posts.votes import cast
from forum.questions.asking import ask, edit_question
from forum.questions.merging import merge
from forum.questions.models import Question

DIAGNOSIS = ("impact", "moment", "looked_first", "tried")  # what an asker says of the need in their own words
TRIED = timers.TRY.other + 2  # working hours from the acceptance until most people have said how it went
READ = 1.0  # working hours until somebody has voted on what they read


@dataclass
class Thread:
    """One question of the files and what grows under it. Every time in it runs on the clock of whoever asked."""

    world: World
    number: int
    told: dict[str, Any]
    asked_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.asked_at = self.world.moments.at(self.told, self.told["asked_by"])

    @property
    def asker(self) -> Person:
        """Whoever asked."""
        return self.world.people[self.told["asked_by"]]

    @property
    def voice(self) -> Person:
        """As whom the asker speaks here: with a name or, where it was asked without one, as nobody in particular."""
        return self.asker.voice_for(self.question)

    @property
    def question(self) -> Question:
        """The question, once it is asked."""
        return self.world.questions[self.number]

    def need(self) -> Need:
        """The asker's need."""
        own = (Need.origin == "asked", Need.person_id == self.voice.id)
        at_home = func.coalesce(Need.merged_from_id, Need.question_id) == self.question.id
        return db.session.scalars(select(Need).where(*own, at_home)).one()

    def at(self, after: float) -> datetime:
        """So many of the asker's working hours after the question."""
        return self.world.moments.after(self.told["asked_by"], self.asked_at, after)

    def story(self) -> Iterator[Deed]:
        """Everything that happens on the page of this question."""
        told = self.told
        yield self.asked_at, self._ask
        yield from self._need_story()
        for edit in told.get("edit", []):
            yield self.at(edit["after"]), self._question_edit(edit)
        yield from self._votes(lambda: self.question, told, READ)
        for place, each in enumerate(told.get("answer", [])):
            yield from self._answer_story(place, each)
        yield from self._comments(lambda: self.question, told.get("comment", []))

    def _ask(self) -> None:
        told, world = self.told, self.world
        diagnosis: dict[str, str] = {name: told[name] for name in DIAGNOSIS if name in told}
        if "needed_in" in told:
            diagnosis["needed_by"] = (now() + timedelta(days=told["needed_in"])).date().isoformat()
        asked = world.questions[self.number] = ask(
            self.asker,
            title=told["title"],
            body=world.text(told["body"]),
            departments=[world.departments[slug].id for slug in told["departments"]],
            tags=" ".join(told["tags"]),
            diagnosis=diagnosis,
            unnamed=told.get("unnamed", False),
            shows_department=told.get("unnamed", False),  # Or no department's figures could be told by its own numbers.
        )
        drafts.end(self.asker, f"question {self.number}", "posted", asked)

    def _need_story(self) -> Iterator[Deed]:
        told = self.told
        for each in told.get("me_too", []):
            yield self._of_the_need(each), partial(self._share, each["by"])
            if "outcome" in each:
                yield self.at(max(each["after"], self._accepted_after()) + TRIED), partial(self._say, each)
        if "withdrawn" in told:
            yield self._of_the_need(told["withdrawn"]), lambda: withdraw(self.voice, self.need())
        if "came_back" in told:
            yield self._of_the_need(told["came_back"]), lambda: came_back(self.voice, self.need())
        if "owner" in told:
            yield self._of_the_need(told["owner"]), lambda: self._name_owner(told["owner"])
        if "merged" in told:
            yield from self._merge_story(told["merged"])

    def _merge_story(self, told: dict[str, Any]) -> Iterator[Deed]:
        """What answers the other question is tried by whoever asked this one, too."""
        people, questions = self.world.people, self.world.questions
        yield (
            self.at(told["after"]),
            lambda: merge(people[told["by"]], self.question, questions[told["into"]], told["why"]),
        )
        if told["outcome"] != "no_reply":
            yield self.at(told["after"] + TRIED), lambda: self._reply(told)

    def _share(self, handle: str) -> None:
        share(self.world.people[handle], self.question)

    def _accepted_after(self) -> float:
        """After how many hours an answer was accepted, the last one if several were."""
        return max((each.get("accepted_after", 0) for each in self.told["answer"]), default=0)

    def _say(self, told: dict[str, Any]) -> None:
        """Somebody who had the same need says whether the answer worked for them, too."""
        person = self.world.people[told["by"]]
        need = need_of(person, self.question, "me_too")
        check_in = latest_of(need) if need else None
        assert check_in is not None
        reply(person, check_in, told["outcome"], **how_it_went(told))

    def _of_the_need(self, told: dict[str, Any]) -> datetime:
        """The moment of something told with `after` the question or `before` the end."""
        if "before" in told:
            return self.world.moments.at(told, self.told["asked_by"])
        return self.at(told["after"])

    def _name_owner(self, told: dict[str, Any]) -> None:
        people = self.world.people
        next_on = (self.world.moments.end + timedelta(days=told["next_in"])).date()
        name_owner(people[told["by"]], self.need(), people[told["who"]], next_on)

    def _answer_story(self, place: int, told: dict[str, Any]) -> Iterator[Deed]:
        world = self.world

        def put() -> None:
            world.answers[self.number, place] = answer(
                world.people[told["by"]], self.question, world.text(told["body"])
            )

        def given() -> Answer:
            return world.answers[self.number, place]

        yield self.at(told["after"]), put
        for edit in told.get("edit", []):
            yield self.at(edit["after"]), self._answer_edit(given, edit)
        yield from self._votes(given, told, told["after"] + READ)
        if "accepted_after" in told:
            yield from self._acceptance_story(given, told)
        for each in told.get("thanks", []):
            thanked_at = self.at(each.get("after", told.get("accepted_after", told["after"]) + READ))
            yield thanked_at, partial(self._thank, given, each)
        yield from self._comments(given, told.get("comment", []))

    def _acceptance_story(self, given: Callable[[], Answer], told: dict[str, Any]) -> Iterator[Deed]:
        yield self.at(told["accepted_after"]), lambda: accept(self.voice, given())
        if "to_be_tried_in" in told:
            yield self.at(told["accepted_after"]), lambda: self._put_off(told)
        if told.get("outcome", "no_reply") != "no_reply":  # Silence is what the timers make of it.
            yield self.at(told.get("replied_after", told["accepted_after"] + TRIED)), lambda: self._reply(told)
        if "came_back_after" in told:
            yield self.at(told["came_back_after"]), lambda: came_back(self.voice, self.need())

    def _put_off(self, told: dict[str, Any]) -> None:
        check_in = latest_of(self.need())
        assert check_in is not None
        try_on(self.voice, check_in, (self.world.moments.end + timedelta(days=told["to_be_tried_in"])).date())

    def _reply(self, told: dict[str, Any]) -> None:
        check_in = latest_of(self.need())
        assert check_in is not None
        reply(
            self.voice,
            check_in,
            told["outcome"],
            **how_it_went(told),
            still_open=told.get("still_open", False),
        )

    def _speaking(self, handle: str) -> Person:
        """As whom somebody writes in this thread."""
        return self.world.people[handle].voice_for(self.question)

    def _votes(self, post: Callable[[], Post], told: dict[str, Any], after: float) -> Iterator[Deed]:
        for value, name in ((1, "votes"), (-1, "votes_down")):
            for handle in told.get(name, []):
                yield self.at(after), partial(self._vote, post, handle, value)

    def _vote(self, post: Callable[[], Post], handle: str, value: int) -> None:
        cast(self.world.people[handle], post(), value)

    def _thank(self, given: Callable[[], Answer], told: dict[str, Any]) -> None:
        thank(self._speaking(told["by"]), given(), told.get("line", ""))

    def _comments(
        self, on: Callable[[], Post], told: list[dict[str, Any]], above: list[Comment] | None = None
    ) -> Iterator[Deed]:
        for each in told:
            made: list[Comment] = []  # Filled when the comment is written; its replies come later and find it there.

            def put(each: dict[str, Any] = each, made: list[Comment] = made) -> None:
                by, body = self._speaking(each["by"]), self.world.text(each["body"])
                reply_to = above[0] if above else None
                made.append(comment(by, on(), body, page_id=self.question.id, reply_to=reply_to))

            yield self.at(each["after"]), put
            yield from self._comments(on, each.get("replies", []), made)

    def _question_edit(self, told: dict[str, Any]) -> Callable[[], Any]:
        return lambda: edit_question(
            self._speaking(told["by"]),
            self.question,
            title=told.get("title", self.question.title),
            body=self.world.text(told["body"]),
            departments=[each.id for each in self.question.departments],
            tags=" ".join(each.slug for each in self.question.tags),
            seen=self.question.version,
            reason=told["reason"],
        )

    def _answer_edit(self, given: Callable[[], Answer], told: dict[str, Any]) -> Callable[[], Any]:
        return lambda: edit_answer(
            self.world.people[told["by"]],
            given(),
            self.world.text(told["body"]),
            seen=given().version,
            reason=told["reason"],
        )
