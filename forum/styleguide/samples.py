"""Things to show the components with: invented, saved nowhere, and one for each state that a component can have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField

from forum.core.clock import now
from forum.core.errors import Invalid
from forum.core.forms import Checkboxes, Form, options
from forum.impact.pictures.charts import Cell, Flow, HeatMap, flow, heat_map
from forum.impact.pictures.plots import Mark, Plot, Share, Shares, line_with_marks, shares
from forum.questions.listing import Row

STATES = ("open", "answered", "accepted", "solved", "again", "withdrawn")
DEPARTMENTS = (("sales", "Sales"), ("it", "IT"))


class SampleForm(Form):
    """One field of each kind."""

    line = StringField("One line", description="What it is for, and an example.")
    refused = StringField("A line that was refused")
    day = DateField("A day")
    one = SelectField("One of many", choices=options([("a", "The first"), ("b", "The second")]))
    some = Checkboxes("Several of some", coerce=str, choices=options([("a", "Sales"), ("b", "IT"), ("c", "Finance")]))
    either = RadioField("One of a few", choices=options([("a", "Yes"), ("b", "Partly"), ("c", "No")]))
    text = TextAreaField("A long text", description="Whoever reads it should know what to do.")
    remark = TextAreaField("A short text that was refused")


@dataclass(frozen=True, slots=True)
class SamplePost:
    """A post that can be voted on, or not. Nobody has it, so a vote is refused."""

    id: int
    score: int
    may_be_voted: bool = True


def form() -> SampleForm:
    """A form with something in it, and two fields that were refused."""
    filled = SampleForm(formdata=None, data={"line": "Pallets", "refused": "42", "some": ["a"], "either": "b"})
    filled.refuse(Invalid("Say it in words: a number alone says nothing.", "refused"))
    filled.refuse(Invalid("Say what you tried.", "remark"))
    return filled


def votes() -> list[tuple[SamplePost, int]]:
    """Not voted, this helps, this does not help, and where one may not vote; each with one's own vote."""
    return [(SamplePost(0, 3), 0), (SamplePost(1, 4), 1), (SamplePost(2, -1), -1), (SamplePost(3, 1, False), 0)]


def rows() -> list[Row]:
    """A question in each state, the first with all that a row can have."""
    return [_row(n, state, full=not n) for n, state in enumerate(STATES)]


def pictures() -> tuple[Plot, Shares, HeatMap, Flow]:
    """One of each kind of chart."""
    return _line(), _shares(), _heat(), _flow()


def _row(n: int, state: str, *, full: bool) -> Row:
    at = datetime(2026, 9, 1, tzinfo=now().tzinfo)
    return Row(
        id=0,
        title="A title that says in one sentence what is asked" if full else "Another question",
        url="#rows",
        state=state,
        score=3 if full else 0,
        answer_count=2 if full else 0,
        times_asked=4 if full else 1,
        created_at=at,
        last_activity_at=at,
        author_id=n,
        author_name="Kim Tran",
        author_handle="kim",
        author_department="Sales",
        practice=full,
        departments=DEPARTMENTS if full else DEPARTMENTS[:1],
        tags=("pallets", "carriers") if full else (),
        reasons=("Blocked", "waits 2 days or more") if full else (),
    )


def _line() -> Plot:
    first = date(2026, 6, 1)
    points = [(first + timedelta(days=30 * n), value) for n, value in enumerate((9.0, 8.0, 8.0, 5.0, 3.0, 2.0))]
    marks = [Mark(first + timedelta(days=70), "Labels are printed twice")]
    return line_with_marks(
        "sample-line", "Readings over time", "With a mark where something was done.", points, marks, unit="a month"
    )


def _shares() -> Shares:
    each = [
        Share("Sales", 0.62, 0.48, 0.74, "31 of 50", (0.4, 0.6)),
        Share("Production & Logistics", 0.2, 0.08, 0.4, "4 of 20", (0.25, 0.5)),
    ]
    return shares("sample-shares", "Shares", "What was counted, what it allows to be said, and chance.", each)


def _heat() -> HeatMap:
    shades = ((-3, 0, 2), (1, 3, -1), (0, -2, 0))
    cells = [
        [Cell(str(5 + shade), f"of {5}", f"{5 + shade}; of 5 expected", shade, shade == -3) for shade in line]
        for line in shades
    ]
    names = ("Sales", "IT", "Finance")
    return heat_map(
        "sample-heat",
        "Fields",
        "Less and more than was expected, and a gap.",
        sides=names,
        tops=names,
        cells=cells,
        side_title="From",
        top_title="To",
    )


def _flow() -> Flow:
    amounts = {("Sales", "IT"): 8, ("Sales", "Sales"): 5, ("IT", "Finance"): 3, ("Finance", "IT"): 4}
    return flow(
        "sample-flow",
        "Ribbons",
        "How much goes from where to where.",
        amounts,
        places=("Sales", "IT", "Finance"),
        start_title="From",
        end_title="To",
    )
