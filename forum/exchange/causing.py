"""What the files tell of causes: who suspects one, what is linked, what its department says, and whether it stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from forum.causes import quoting
from forum.causes.answering import acknowledge, claim_fixed, decline, doubt, name_delegate, not_mine, plan
from forum.causes.linking import link, link_of, refuse, suspect
from forum.causes.models import Cause
from forum.causes.proposing import propose
from forum.causes.rates import days_ago, days_later
from forum.causes.stopping import ASK_AFTER, reply
from forum.core.working_time import Calendar, calendar_from, next_opening
from forum.departments.following import follow
from forum.exchange.replaying import Deed
from forum.exchange.world import World
from forum.posts.models import Post

REPLIED = 3  # working hours after somebody was asked whether it has stopped


class Story:
    """The story of one cause. What belongs to its fix is told by working days of its department before the end."""

    def __init__(self, world: World, told: dict[str, Any], calendar: dict[str, Any]) -> None:
        self.world, self.told = world, told
        self.calendar: Calendar = calendar_from(calendar)
        self.cause: Cause | None = None
        self.suspected_at = world.moments.at(told, told["by"])

    @property
    def effect_on(self) -> date | None:
        """The first day on which it should not happen any more."""
        if "fixed" not in self.told:
            return None
        return days_ago(self.calendar, self.calendar.local_date(self.world.moments.end), self.told["fixed"]["days"])

    @property
    def since(self) -> date | None:
        """The day from which on needs count."""
        effect_on = self.effect_on
        return days_ago(self.calendar, effect_on, self.told["fixed"]["days_before"]) if effect_on else None

    def deeds(self) -> Iterator[Deed]:
        """Everything that happens."""
        told = self.told
        yield self.suspected_at, self._suspect
        for each in told.get("linked", []):
            yield self._at(each), partial(self._link, each)
        for each in told.get("proposed", []):
            yield self._at(each), partial(self._propose, each)
            yield self.world.moments.after(each["by"], self._at(each), 1), partial(self._refuse, each)
        for each in told.get("said", []):
            yield self._at(each), partial(SAID[each["what"]], self, each)
        for handle in told.get("followed_by", []):
            yield self.world.moments.after(handle, self.suspected_at, 4), partial(self._follow, handle)
        for each in told.get("quoted", []):
            asked_at = self._at(each)
            yield asked_at, partial(self._ask_to_quote, each)
            if each.get("agreed"):
                answered_at = self.world.moments.after(each["whom"], asked_at, 2)
                yield answered_at, partial(self._agree, each["whom"])
        if "fixed" in told:
            yield from self._fix(told["fixed"])

    def _at(self, told: dict[str, Any]) -> datetime:
        """`after` so many working hours of whoever does it since it was suspected, or on a `day`."""
        if "after" in told:
            return self.world.moments.after(told["by"], self.suspected_at, told["after"])
        return self.world.moments.at(told, told["by"])

    def _made(self) -> Cause:
        assert self.cause is not None
        return self.cause

    def _suspect(self) -> None:
        told, world = self.told, self.world
        self.cause = world.causes[told["title"]] = suspect(
            world.people[told["by"]],
            self._post(told),
            title=told["title"],
            body=world.text(told["body"]),
            department=world.departments[told["department"]],
            objective=told.get("objective", ""),
            since=self.since,
            tags=" ".join(told["tags"]),
        )

    def _link(self, told: dict[str, Any]) -> None:
        link(self.world.people[told["by"]], self._made(), self._post(told))

    def _propose(self, told: dict[str, Any]) -> None:
        propose(self.world.questions[told["question"]], [self._made().id])

    def _refuse(self, told: dict[str, Any]) -> None:
        proposed = link_of(self._made(), self.world.questions[told["question"]].id)
        assert proposed is not None
        refuse(self.world.people[told["by"]], self._made(), proposed)

    def _see(self, told: dict[str, Any]) -> None:
        next_on = self._in(told, "more_in")
        acknowledge(self.world.people[told["by"]], self._made(), words=told["words"], next_on=next_on)

    def _plan(self, told: dict[str, Any]) -> None:
        on = self.effect_on or self._in(told, "done_in")
        co_owner = self.world.people[told["co_owner"]]
        plan(self.world.people[told["by"]], self._made(), words=told["words"], on=on, co_owner=co_owner)

    def _decline(self, told: dict[str, Any]) -> None:
        decline(self.world.people[told["by"]], self._made(), words=told["words"], instead=told["instead"])

    def _doubt(self, told: dict[str, Any]) -> None:
        doubt(self.world.people[told["by"]], self._made(), told["words"])

    def _delegate(self, told: dict[str, Any]) -> None:
        name_delegate(self.world.people[told["by"]], self._made(), self.world.people[told["whom"]])

    def _not_mine(self, told: dict[str, Any]) -> None:
        not_mine(self.world.people[told["by"]], self._made())

    def _follow(self, handle: str) -> None:
        follow(self.world.people[handle], "cause", self._made().id)

    def _ask_to_quote(self, told: dict[str, Any]) -> None:
        people = self.world.people
        quoting.ask_to_quote(people[told["by"]], self._made(), people[told["whom"]], told["words"])

    def _agree(self, handle: str) -> None:
        quoting.answer(self.world.people[handle], self._made(), agreed=True)

    def _fix(self, told: dict[str, Any]) -> Iterator[Deed]:
        effect_on = self.effect_on
        assert effect_on is not None
        yield self._opening(effect_on), partial(self._claim, told, effect_on)
        asked_at = self._opening(days_later(self.calendar, effect_on, ASK_AFTER))
        for handle in told.get("stopped_for", []):
            yield self.world.moments.after(handle, asked_at, REPLIED), partial(self._say_it_stopped, handle)

    def _claim(self, told: dict[str, Any], effect_on: date) -> None:
        claim_fixed(self.world.people[told["by"]], self._made(), words=told["words"], effect_on=effect_on)

    def _say_it_stopped(self, handle: str) -> None:
        reply(self.world.people[handle], self._made(), True)

    def _opening(self, day: date) -> datetime:
        return next_opening(self.calendar, datetime.combine(day, time(0), ZoneInfo(self.calendar.timezone)))

    def _in(self, told: dict[str, Any], name: str) -> date:
        """The last of so many working days of the department, from the moment on which it is told."""
        return days_later(self.calendar, self.calendar.local_date(self._at(told)), told[name]) - timedelta(days=1)

    def _post(self, told: dict[str, Any]) -> Post:
        return self.world.practices[told["practice"]] if "practice" in told else self.world.questions[told["question"]]


SAID: dict[str, Callable[[Story, dict[str, Any]], None]] = {
    "seen": Story._see,
    "planned": Story._plan,
    "declined": Story._decline,
    "doubted": Story._doubt,
    "delegated": Story._delegate,
    "not_mine": Story._not_mine,
}
