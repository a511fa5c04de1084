"""Used at work: whether what helped fits the work as it is, or had to be changed first, all together and by role; and
whether it changed how they work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forum.core.languages import gettext, messages
from forum.core.suppression import Group, shown
from forum.impact.facts.facts import Facts, Need
from forum.impact.facts.periods import Period
from forum.impact.measures.figures import Figure, Part, Table, between, ids, of, share

HELPED = ("resolved", "partly")  # What did not work fits nobody, and is not asked.
LEVELS = messages({"front": "Front line", "middle": "Middle", "senior": "Senior"})

FITS = (
    "Needs of any kind whose check-in fell due in the period and that were met, or partly: of each the first reply, "
    "where it says whether what was tried fitted the work as it is, or had to be changed. Fits = as it is ÷ all who "
    "said one or the other. By role: of a quarter that is over, what was said until its end, for groups of five people "
    "or more of whom five said so; of no longer period, from which a quarter could be subtracted."
)

CHANGED = (
    "Needs of any kind whose check-in fell due in the period and that were met, or partly: of each the first reply, "
    "where it says “It changed how I work”. Who did not say so counts as no, also who said in one press that it worked "
    "and was not asked more. So it is at least that share, and nothing is said of how much more."
)


def fits(facts: Facts, period: Period) -> Figure:
    """Of those who said so, for how many it fitted their work as it was told."""
    replied = _helped(facts, period)
    said = [need for need in replied if need.first and need.first.fits is not None]
    fitting = [need for need in said if need.first and need.first.fits]
    value, interval = share(len(fitting), len(said))
    words = gettext("%(said)s could use it as it was told", said=of(len(fitting), len(said)))
    return Figure(
        key="fits",
        title=gettext("Fits the work"),
        words=f"{words}; {between(interval)}." if interval else f"{words}.",
        kind="need",
        ids=ids(said),
        how=FITS,
        value=value,
        interval=interval,
        parts=(
            Part("as-it-is", gettext("fitted as it was"), ids(fitting)),
            Part(
                "changed",
                gettext("had to be changed"),
                ids(need for need in said if need.first and not need.first.fits),
            ),
        ),
        notes=(gettext("%(said)s more were helped, and did not say whether it fits.", said=len(replied) - len(said)),),
        tables=_by_level(facts, period, said) if period.is_quarter and period.end <= facts.as_of else (),
        successes=len(fitting),
    )


def changed_work(facts: Facts, period: Period) -> Figure:
    """Of those who were helped, how many say that it changed how they work."""
    helped = _helped(facts, period)
    changed = [need for need in helped if need.first and need.first.changed_work]
    value, _ = share(len(changed), len(helped))
    return Figure(
        key="changed-work",
        title=gettext("Changed how they work"),
        words=gettext(
            "%(helped)s who were helped say that it changed how they work; maybe more do.",
            helped=of(len(changed), len(helped)),
        ),
        kind="need",
        ids=ids(helped),
        how=CHANGED,
        value=value,
        parts=(Part("changed", gettext("say that it changed how they work"), ids(changed)),),
    )


def _helped(facts: Facts, period: Period) -> list[Need]:
    return [need for need in facts.due(period) if need.first and need.first.outcome in HELPED]


def _by_level(facts: Facts, period: Period, said: Sequence[Need]) -> list[Table]:
    level = {each.id: each.level for each in facts.people if each.department_at(period.end) is not None}
    members = list(level.values())
    there = [need for need in said if need.first and need.first.closed_at < period.end and level.get(need.person_id)]
    groups = [
        _group(name, members.count(key), [need for need in there if level[need.person_id] == key])
        for key, name in LEVELS.items()
    ]
    found = shown(groups)
    told = [*found.groups, *([found.joined] if found.joined else [])]
    fitting = _counts(there, level, found.joined)
    rows = [[said_of(each.name), *fitting[each.name]] for each in told]
    heads = ("", gettext("Fitted as it was"), gettext("Said so"))
    return [Table(gettext("By role"), heads, rows)] if rows else []


def _group(name: str, members: int, said: Sequence[Need]) -> Group:
    """People of one role; of how many needs they said so is counted aside, for one person may have several."""
    return Group(name, members, len({need.person_id for need in said}))


def said_of(names: str) -> str:
    """The names of groups, several of them with commas between, in the reader's language."""
    return ", ".join(gettext(each) for each in names.split(", "))


def _counts(there: Sequence[Need], level: Mapping[int, str], joined: Group | None) -> Mapping[str, list[str]]:
    counted: dict[str, list[int]] = {name: [0, 0] for name in (*LEVELS.values(), *([joined.name] if joined else []))}
    for need in there:
        name = LEVELS[level[need.person_id]]
        for line in {name, joined.name if joined and name in joined.name.split(", ") else name}:
            counted[line][0] += bool(need.first and need.first.fits)
            counted[line][1] += 1
    return {name: [str(number) for number in numbers] for name, numbers in counted.items()}
