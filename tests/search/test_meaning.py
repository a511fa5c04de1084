"""What means the same in other words is offered where that is switched on, kept up to date, and never in the way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.core.db import db, transaction
from forum.people.models import Organisation, Person
from forum.posts.removing import remove, restore
from forum.posts.writing import write
from forum.questions.asking import edit_question
from forum.questions.merging import merge, undo
from forum.questions.models import Question
from forum.questions.pages import shown_question
from forum.search import meaning, vector_jobs, vectors
from forum.search.embedding import EmbedderUnavailable
from forum.search.known import known as offered
from forum.search.similar import similar
from forum.search.vectors import Vector
from tests import factories
from tests.search.meanings import TinyModel

TITLE = "A consignment vanished"  # No word in common with the question, and the same meaning.

pytest.importorskip("numpy", reason="the extra requirements-semantic.txt is not installed")


@pytest.fixture
def model(app: Flask, monkeypatch: pytest.MonkeyPatch) -> TinyModel:
    """The tiny model, installed and switched on."""
    tiny = TinyModel()
    monkeypatch.setitem(app.extensions, "meaning", meaning.Meaning(lambda: tiny, lambda: True))
    monkeypatch.setattr(vectors, "LOOK_EVERY", -1.0)
    switch(on=True)
    return tiny


@pytest.fixture
def lost(model: TinyModel, kim: Person, work_off: Callable[[], None]) -> Question:
    """A question in the index, with others beside it."""
    asked = factories.question(kim, "My parcel is lost")
    for thing in ("printer", "door", "projector", "scanner", "heating", "lift", "forklift", "invoice"):
        factories.question(kim, f"Who looks after the {thing}")  # Enough of them for a word to tell something.
    db.session.commit()
    work_off()
    return asked


def switch(*, on: bool) -> None:
    with transaction():
        db.session.scalars(select(Organisation)).one().uses_meaning = on


def kept() -> list[tuple[str, int, str]]:
    rows = select(Vector.document, Vector.place, Vector.wording).order_by(Vector.document, Vector.place)
    return [tuple(row) for row in db.session.execute(rows)]


def found(text: str = TITLE) -> list[str]:
    return [match.id for match in similar(text)]


def test_what_means_the_same_is_found_without_a_word_in_common(lost: Question) -> None:
    best = similar(TITLE)[0]
    assert (best.id, best.wording, best.words, best.meant) == (f"q{lost.id}", "My parcel is lost", (), True)
    assert [result.id for result in offered(TITLE)][:1] == [lost.id]


def test_switched_off_only_words_count_and_no_vector_is_made(lost: Question, model: TinyModel) -> None:
    switch(on=False)
    model.texts.clear()
    assert found() == []
    assert model.texts == []


def test_a_vector_is_made_once_and_again_when_the_title_changes(
    lost: Question, model: TinyModel, kim: Person, work_off: Callable[[], None]
) -> None:
    assert model.texts.count("My parcel is lost") == 1
    with transaction():
        shown = shown_question(lost.id)
        labels: dict[str, Any] = {"departments": [each.id for each in shown.departments], "tags": ""}
        edit_question(kim, shown, title="My invoice is wrong", body=write("Now."), seen=shown.version, **labels)
    work_off()
    assert (f"q{lost.id}", 0, "My invoice is wrong") in kept()
    assert found() == []


def test_a_vote_or_a_comment_makes_no_vector_anew(
    lost: Question, model: TinyModel, marta: Person, work_off: Callable[[], None]
) -> None:
    before = list(model.texts)
    factories.comment(marta, lost)
    db.session.commit()
    work_off()
    assert model.texts == before


def test_what_is_removed_is_forgotten_and_comes_back_with_it(
    lost: Question, kim: Person, work_off: Callable[[], None]
) -> None:
    with transaction():
        remove(kim, lost)
    assert offered(TITLE) == []  # Before the indexer has heard of it.
    work_off()
    assert f"q{lost.id}" not in [document for document, *_ in kept()]
    with transaction():
        restore(kim, lost)
    work_off()
    assert found() == [f"q{lost.id}"]


def test_a_merged_wording_belongs_to_the_question_that_stands_for_it(
    lost: Question, kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    other = factories.question(marta, "Invoice shows a wrong sum")
    db.session.commit()
    with transaction():
        made = merge(farah, other, lost)
    work_off()
    assert [row for row in kept() if row[0] == f"q{lost.id}"] == [
        (f"q{lost.id}", 0, "My parcel is lost"),
        (f"q{lost.id}", 1, "Invoice shows a wrong sum"),
    ]
    assert f"q{other.id}" not in [document for document, *_ in kept()]
    best = similar("wrong invoice sum shows")[0]
    assert (best.id, best.also) == (f"q{lost.id}", True)
    with transaction():
        undo(farah, made)
    work_off()
    assert {row for row in kept() if row[1]} == set()


def test_a_model_that_fails_is_logged_once_and_words_go_on(
    app: Flask, lost: Question, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> TinyModel:
        raise EmbedderUnavailable("model.onnx is not the pinned file")

    monkeypatch.setitem(app.extensions, "meaning", meaning.Meaning(broken, lambda: True))
    with caplog.at_level(logging.WARNING):
        assert found("My parcel got lost") == found("My parcel got lost") == [f"q{lost.id}"]
    assert [record.message for record in caplog.records] == [
        "searching by words alone: model.onnx is not the pinned file"
    ]


def test_what_was_there_before_is_made_up_for_a_piece_at_a_time(
    model: TinyModel, kim: Person, work_off: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(on=False)
    for number in range(5):
        factories.question(kim, f"Scanner number {number} beeps")
    db.session.commit()
    work_off()
    assert kept() == []
    monkeypatch.setattr(vector_jobs, "AT_ONCE", 2)
    monkeypatch.setattr(vector_jobs, "A_JOB", 2)
    switch(on=True)
    vector_jobs.catch_up_vectors()
    assert len(kept()) == 2
    assert vector_jobs.how_far() == (2, 5)
    work_off()
    assert len(kept()) == 5
    assert vector_jobs.how_far() == (5, 5)


def test_vectors_of_another_model_are_forgotten(lost: Question, model: TinyModel) -> None:
    with transaction():
        db.session.add(Vector(model="older", document="q1", place=0, wording="x", halves=b""))
    vector_jobs.catch_up_vectors()
    assert db.session.scalars(select(Vector.model).distinct()).all() == [model.name]


def test_keeping_twice_at_once_keeps_one(lost: Question, model: TinyModel) -> None:
    before = db.session.scalar(select(func.count()).select_from(Vector))
    assert vectors.keep(model, {f"q{lost.id}": ["My parcel is lost"]}) == 0
    assert db.session.scalar(select(func.count()).select_from(Vector)) == before


def test_another_process_sees_new_vectors_without_reading_all_again(lost: Question, model: TinyModel) -> None:
    held = vectors.Held()
    first = held.matrix(model)
    assert held.matrix(model) is first
    vectors.keep(model, {"q999": ["Something new"]})
    vectors.drop([f"q{lost.id}"])
    second = held.matrix(model)
    assert {row.document for row in second.rows} - {row.document for row in first.rows} == {"q999"}
    assert f"q{lost.id}" not in {row.document for row in second.rows}


def test_kinds_and_excluded_ids_are_left_out(lost: Question) -> None:
    assert similar(TITLE, kinds=("practice",)) == []
    assert similar(TITLE, exclude=(f"q{lost.id}",)) == []


def test_a_vector_that_becomes_visible_after_a_later_one_is_not_missed(
    lost: Question, model: TinyModel, kim: Person, work_off: Callable[[], None]
) -> None:
    factories.question(kim, "Invoice shows a wrong sum")
    work_off()
    first, *_ = db.session.scalars(select(Vector.id).order_by(Vector.id))
    whole = vectors.load(model)
    without = whole.changed({row.key for row in whole.rows} - {first}, ())
    assert first not in {row.key for row in without.rows}
    assert {row.key for row in vectors.load(model, without).rows} == {row.key for row in whole.rows}
