"""Meaning is switched on only after it was shown to help on what this organisation merged."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from forum.cli import search_eval
from forum.core.db import db, transaction
from forum.core.errors import Forbidden
from forum.core.events import EventRow
from forum.people.models import Organisation, Person
from forum.questions.merging import merge
from forum.search import evaluating, indexing
from forum.search.evaluating import NoGain, NotInstalled, SearchEvaluation, latest, report, switch
from forum.search.similar import similar
from tests import factories
from tests.search.meanings import TinyModel

GAIN = {"words": {"mrr10": 0.4, "hit5": 0.5}, "both": {"mrr10": 0.5, "hit5": 0.6}}


@pytest.fixture(autouse=True)
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "installed", lambda: False)


@pytest.fixture
def with_extra(monkeypatch: pytest.MonkeyPatch) -> TinyModel:
    pytest.importorskip("numpy", reason="the extra requirements-semantic.txt is not installed")
    tiny = TinyModel()
    monkeypatch.setattr(evaluating, "installed", lambda: True)
    monkeypatch.setattr(evaluating, "packaged", lambda: tiny)
    return tiny


def measured(pairs: int = 30, *, low: float = 0.02, model: str = "tiny:1") -> None:
    figures = {**GAIN, "gain": {"mrr10": 0.1, "low": low, "high": 0.2}} if model else {"words": GAIN["words"]}
    with transaction():
        db.session.add(SearchEvaluation(at=evaluating.now(), model=model, pairs=pairs, figures=figures))


def merged(kim: Person, marta: Person, farah: Person, count: int) -> None:
    things = ["scanner", "forklift", "invoice", "badge", "printer"]
    with transaction():
        for number in range(count):
            thing = f"{things[number % len(things)]} {number}"
            stands = factories.question(kim, f"The parcel with the {thing} is lost")
            again = factories.question(marta, f"A consignment vanished on the way: {thing}")
            merge(farah, again, stands)
    indexing.rebuild(lambda _done: None)


def test_words_alone_are_measured_without_the_extra(kim: Person, marta: Person, farah: Person) -> None:
    merged(kim, marta, farah, 3)
    made = evaluating.measure(lambda *_: None)
    assert (made.pairs, made.model, list(made.figures)) == (3, "", ["words"])
    assert any("Too few to say anything" in line for line in report(made))


def test_the_wording_that_is_asked_again_is_not_in_the_index(kim: Person, marta: Person, farah: Person) -> None:
    with transaction():
        stands = factories.question(kim, "Forklift battery is empty")
        for thing in ("printer", "door", "projector", "scanner", "heating", "lift", "desk"):
            factories.question(kim, f"Who looks after the {thing}")  # Enough of them for a word to tell something.
        merge(farah, factories.question(marta, "Zebra quagga okapi"), stands)
    indexing.rebuild(lambda _done: None)
    assert [match.post_id for match in similar("Zebra quagga okapi")] == [stands.id]
    assert evaluating.measure(lambda *_: None).figures["words"]["hit5"] == 0.0
    assert [match.post_id for match in similar("Zebra quagga okapi")] == [stands.id]


def test_both_are_measured_with_the_extra(kim: Person, marta: Person, farah: Person, with_extra: TinyModel) -> None:
    merged(kim, marta, farah, 20)
    made = evaluating.measure(lambda *_: None)
    assert made.is_enough
    assert made.model == with_extra.name
    assert made.figures["both"]["mrr10"] >= made.figures["words"]["mrr10"]
    assert made.figures["gain"]["low"] <= made.figures["gain"]["mrr10"] <= made.figures["gain"]["high"]


def test_nothing_to_measure_is_said_so(app: Flask) -> None:
    made = evaluating.measure(lambda *_: None)
    assert (made.pairs, made.figures, made.shows_gain) == (0, {}, False)
    assert next(iter(report(made))).startswith("0 merged questions")


def test_the_command_prints_a_table_and_keeps_what_it_measured(
    app: Flask, kim: Person, marta: Person, farah: Person
) -> None:
    merged(kim, marta, farah, 2)
    ran = CliRunner().invoke(search_eval)
    assert ran.exit_code == 0, ran.output
    assert "words alone" in ran.output
    assert latest() is not None


@pytest.mark.parametrize("given", [{}, {"pairs": 19}, {"low": 0.0}, {"model": ""}, None])
def test_it_is_refused_until_a_gain_was_shown(
    chris: Person, with_extra: TinyModel, given: dict[str, object] | None
) -> None:
    if given is not None:
        measured(**given)
    with transaction():
        if given == {}:
            switch(chris, on=True)
        else:
            with pytest.raises(NoGain, match="search-eval"):
                switch(chris, on=True)
    assert db.session.scalars(select(Organisation)).one().uses_meaning == (given == {})


def test_who_switched_it_is_written_down_once(chris: Person, with_extra: TinyModel) -> None:
    measured()
    for _ in range(2):
        with transaction():
            switch(chris, on=True)
    rows = db.session.scalars(select(EventRow).where(EventRow.name == "MeaningSwitched")).all()
    assert [(row.actor_id, row.data) for row in rows] == [(chris.id, {"on": True})]


def test_without_the_extra_it_cannot_be_switched_on_but_off(chris: Person) -> None:
    measured()
    with transaction(), pytest.raises(NotInstalled):
        switch(chris, on=True)
    with transaction():
        switch(chris, on=False)


def test_only_administrators_switch_it(kim: Person, with_extra: TinyModel) -> None:
    measured()
    with transaction(), pytest.raises(Forbidden):
        switch(kim, on=True)
