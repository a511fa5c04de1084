"""Importing a folder of JSON lines: the whole format, once, with what is wrong named and nothing half written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.answers.answering import drifted_counts, standing_acceptance
from forum.answers.models import Answer
from forum.core import jobs
from forum.core.db import db
from forum.core.text import plain
from forum.departments.labelling import labels_of
from forum.departments.models import Tag
from forum.exchange import importing
from forum.exchange.importing import Report, import_folder
from forum.people.models import Person
from forum.people.sign_in import WrongPassword, check_password
from forum.posts import revisions
from forum.posts.models import Post
from forum.posts.votes import cast, drifted_scores, mend_scores
from forum.questions.models import Question
from forum.search import comparing
from forum.search.current import engine
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

CORPORA = ("quantum", "coffee", "travel", "stackfaq")  # one of each form that the real ones have
SLICE = 25  # questions of a real corpus
FULL = {
    "id": 7,
    "title": "How do I  grind\ncoffee?",
    "body": "With a *mill*?",
    "tags": ["Coffee", "c++", "mills", "coffee"],
    "score": 12,
    "created": "2020-02-03T04:05:06",
    "answers": [
        {"id": 8, "body": "By hand.", "score": -2, "created": "2020-02-04T00:00:00+02:00"},
        {"id": 9, "body_html": "<p>By <b>machine</b>.</p><ul><li>slowly</li></ul>", "score": 3, "accepted": True},
    ],
}
MINIMAL = {"id": "x", "title": "Why?"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Coffee House"
    made.mkdir()
    return made


@pytest.fixture
def run(folder: Path, sales: Any) -> Callable[..., Report]:
    """Imports these lines: objects as JSON, texts as they are."""

    def importing_lines(*lines: Any, **options: Any) -> Report:
        written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        (folder / importing.FILE).write_text("\n".join(written) + "\n", encoding="utf-8", errors="surrogatepass")
        report = import_folder(folder, **options)
        db.session.expire_all()
        return report

    return importing_lines


def number_of(kind: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def the_question() -> Question:
    return db.session.scalars(select(Question)).one()


# What the format holds


def test_everything_that_the_format_holds_arrives(run: Callable[..., Report]) -> None:
    report = run(FULL)
    question = the_question()
    assert (question.title, question.html) == ("How do I grind coffee?", "<p>With a <em>mill</em>?</p>")
    assert question.created_at == datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert (question.score, question.answer_count, question.state) == (12, 2, "solved")
    assert sorted(db.session.scalars(select(Tag.slug))) == ["c", "coffee", "mills"]
    by_hand, by_machine = db.session.scalars(select(Answer).order_by(Answer.id))
    assert (by_hand.html, by_hand.score) == ("<p>By hand.</p>", -2)
    assert by_hand.created_at == datetime(2020, 2, 3, 22, 0, tzinfo=UTC)
    assert by_machine.body == "By **machine**.\n\n- slowly"
    assert by_machine.created_at == question.created_at
    assert question.accepted_answer_id == by_machine.id
    assert report.lines() == ["Added: 1 questions, 2 answers, 1 accepted, 3 tags.", "Here already: 0 questions."]


def test_a_question_is_as_active_as_its_latest_post(run: Callable[..., Report]) -> None:
    run(FULL)
    assert the_question().last_activity_at == datetime(2020, 2, 3, 22, 0, tzinfo=UTC)


def test_a_title_and_an_id_are_enough(run: Callable[..., Report], sales: Any) -> None:
    run(MINIMAL)
    question = the_question()
    assert (question.title, question.body, question.score, question.state) == ("Why?", "", 0, "open")


def test_the_department_can_be_named_and_is_the_first_otherwise(
    run: Callable[..., Report], sales: Any, finance: Any
) -> None:
    run({**MINIMAL, "id": 1}, department="Finance")
    run({**MINIMAL, "id": 2})
    departments, _ = labels_of(list(db.session.scalars(select(Question.id).order_by(Question.id))))
    assert [[*names] for _, names in sorted(departments.items())] == [[("finance", "Finance")], [("sales", "Sales")]]


def test_an_unknown_department_imports_nothing(run: Callable[..., Report]) -> None:
    with pytest.raises(importing.NothingToImport, match="There is no department called Nowhere"):
        run(MINIMAL, department="Nowhere")
    assert number_of(Post) == 0


def test_a_folder_without_the_file_says_so(folder: Path, sales: Any) -> None:
    with pytest.raises(importing.NothingToImport, match=r"There is no questions\.jsonl"):
        import_folder(folder)


def test_whoever_wrote_it_is_a_name_that_nobody_signs_in_with(run: Callable[..., Report]) -> None:
    run(FULL, MINIMAL)
    (author,) = db.session.scalars(select(Person))
    assert author.name == "Imported from coffee-house"
    with pytest.raises(WrongPassword):
        check_password(author.email, "")


@pytest.mark.parametrize("name", ["body", "body_html"])
def test_numbers_and_names_of_elsewhere_mean_nothing_here(name: str, run: Callable[..., Report], kim: Person) -> None:
    here = factories.question(kim)
    db.session.commit()
    run({"id": 1, "title": "Why?", name: f"#{here.id} and @kim-tran said so in #{here.id}."})
    (html,) = db.session.scalars(select(Question.html).where(Question.id != here.id))
    assert html == f"<p>#{here.id} and @kim-tran said so in #{here.id}.</p>"


def test_code_and_addresses_of_elsewhere_stay_as_they_are(run: Callable[..., Report], kim: Person) -> None:
    run({**MINIMAL, "body": "# no heading\n\n    #1 @kim-tran\n\nhttps://a.example/b#c and `#2`, mail kim@a.example"})
    question = the_question()
    assert "<h3>" not in question.html
    assert 'href="https://a.example/b#c"' in question.html
    assert "kim@a.example" in plain(question.html)
    for code in ("#1 @kim-tran", "#2"):
        assert code in plain(question.html)


def test_every_imported_post_has_its_history(run: Callable[..., Report]) -> None:
    run(FULL)
    for post in db.session.scalars(select(Post)):
        assert revisions.find(post, 1) is not None


def test_scripts_in_a_source_stay_behind(run: Callable[..., Report]) -> None:
    run({**MINIMAL, "body_html": '<p onclick="x()">Hi<script>alert(1)</script><img src=x onerror=alert(2)></p>'})
    for part in ("<script", "onclick", "onerror", "<img"):
        assert part not in the_question().html


# Once


def test_a_second_run_adds_nothing(run: Callable[..., Report]) -> None:
    run(FULL, MINIMAL)
    before = number_of(Post), number_of(Tag), number_of(Person)
    report = run(FULL, MINIMAL)
    assert report.lines() == ["Added: 0 questions, 0 answers, 0 accepted, 0 tags.", "Here already: 2 questions."]
    assert (number_of(Post), number_of(Tag), number_of(Person)) == before


def test_a_second_run_adds_what_is_new_and_changes_nothing_else(run: Callable[..., Report]) -> None:
    run(FULL)
    report = run({**FULL, "title": "Another title now"}, MINIMAL)
    assert (report.added["questions"], report.known) == (1, 1)
    assert {question.title for question in db.session.scalars(select(Question))} == {"How do I grind coffee?", "Why?"}


def test_the_same_question_twice_in_a_file_is_taken_once(run: Callable[..., Report]) -> None:
    report = run(FULL, {**FULL, "title": "The same again"})
    assert (report.added["questions"], report.known) == (1, 1)
    assert the_question().title == "How do I grind coffee?"


def test_the_same_ids_from_elsewhere_are_other_questions(run: Callable[..., Report], folder: Path) -> None:
    run(MINIMAL)
    elsewhere = folder.rename(folder.parent / "Tea House")
    assert import_folder(elsewhere).added["questions"] == 1


# What is wrong


BAD = [
    ("{", "not JSON (Expecting property name enclosed in double quotes at character 2)"),
    ("[]", "not an object"),
    ('"text"', "not an object"),
    ({"id": 1}, "no title"),
    ({"id": 1, "title": "  "}, "no title"),
    ({"id": 1, "title": 5}, "title is not text"),
    ({"title": "Why?"}, "a post without an id"),
    ({**MINIMAL, "score": "many"}, "score 'many' is not a whole number that a post can have"),
    ({**MINIMAL, "score": 1.5}, "score 1.5 is not a whole number that a post can have"),
    ({**MINIMAL, "score": 2**40}, "score 1099511627776 is not a whole number that a post can have"),
    ({**MINIMAL, "created": "yesterday"}, "'yesterday' is not a date"),
    ({**MINIMAL, "created": 5}, "5 is not a date"),
    ({**MINIMAL, "created": "0001-01-01T00:00:00+14:00"}, "'0001-01-01T00:00:00+14:00' is not a date"),
    ({**MINIMAL, "body": "x" * 30_001}, "a text of 30,001 characters; 30,000 is the most"),
    ({**MINIMAL, "tags": "coffee"}, "answers and tags must be lists"),
    ({**MINIMAL, "answers": {"id": 1}}, "answers and tags must be lists"),
    ({**MINIMAL, "answers": ["yes"]}, "a post without an id"),
    ({**MINIMAL, "answers": [{"id": 1, "body": 5}]}, "body is not text"),
    ({**MINIMAL, "answers": [{"id": 1}, {"id": "1"}]}, "two answers with the same id"),
    ({**MINIMAL, "created": "1066-10-14"}, "'1066-10-14' is too long ago"),
    ({**MINIMAL, "id": "x" * 201}, "an id longer than 200 characters"),
    ({**MINIMAL, "id": "\x00\ud800"}, "a post without an id"),
    ("[" * 100_000, "not JSON (nested too deeply, or with a number too large to read)"),
    ('{"id": ' + "9" * 5_000 + "}", "not JSON (nested too deeply, or with a number too large to read)"),
]


def test_bad_lines_are_named_by_their_numbers_and_the_good_ones_arrive(run: Callable[..., Report]) -> None:
    report = run("", *(line for line, _ in BAD), FULL)
    assert report.problems == [(number, why) for number, (_, why) in enumerate(BAD, start=2)]
    assert (report.added["questions"], report.added["answers"]) == (1, 2)


def test_a_question_with_one_bad_answer_leaves_nothing_behind(run: Callable[..., Report]) -> None:
    run({**FULL, "answers": [{"id": 8, "body": "Good."}, {"id": 9, "score": "bad"}]})
    assert number_of(Post) == number_of(Tag) == 0


@pytest.mark.parametrize("id", [0, "a\x00b\ud800", "x" * 200, "'; DROP TABLE post; --", "ü", [1], True], ids=ascii)
def test_whatever_else_an_id_is_it_is_known_again(id: Any, run: Callable[..., Report]) -> None:
    line = {"id": id, "title": "Ti\x00t\ud800le", "body": "\x00\ud800?", "tags": ["\x00", "\ud800x"]}
    assert run(line).added["questions"] == 1
    assert run(line).known == 1
    assert (the_question().title, the_question().body) == ("Title", "?")


def test_bytes_that_are_no_text_are_read_as_well_as_possible(folder: Path, sales: Any) -> None:
    (folder / importing.FILE).write_bytes(b'{"id": 1, "title": "Caf\xe9?"}\r\n')
    assert import_folder(folder).added["questions"] == 1


def test_only_so_many_bad_lines_are_printed(run: Callable[..., Report]) -> None:
    lines = run(*["{"] * (importing.SHOWN_PROBLEMS + 5)).lines()
    assert len([line for line in lines if line.startswith("Line ")]) == importing.SHOWN_PROBLEMS
    assert lines[-1] == "... and 5 more lines skipped."


def test_what_was_imported_before_a_stop_stays_whole(
    run: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    seen = iter(range(100))

    def stop_at_the_fourth() -> None:
        if next(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(*({**FULL, "id": n} for n in range(6)), on_progress=stop_at_the_fourth)
    db.session.rollback()
    assert (number_of(Question), number_of(Answer)) == (2, 4)
    assert run(*({**FULL, "id": n} for n in range(6))).added["questions"] == 4


# What comes of it


def test_imported_scores_and_marks_are_no_drift_and_real_votes_add_to_them(
    run: Callable[..., Report], kim: Person
) -> None:
    run(FULL)
    cast(kim, the_question(), 1)
    assert (drifted_scores(), drifted_counts(), mend_scores()) == ({}, {}, 0)
    db.session.refresh(the_question())
    assert the_question().score == 13


def test_an_imported_acceptance_stands_with_a_trail(run: Callable[..., Report]) -> None:
    run(FULL)
    standing = standing_acceptance(the_question().id)
    assert standing is not None
    assert standing.at == the_question().last_activity_at


def test_imported_posts_are_found_once_the_worker_has_run(
    run: Callable[..., Report], work_off: Callable[[], None]
) -> None:
    run(FULL, MINIMAL)
    assert [job.listener for job in db.session.scalars(select(jobs.Job))] == ["index_imported"]
    work_off()
    assert comparing.drift() == set()
    assert len(engine().versions()) == 4


def test_the_command_prints_counts_and_bad_lines(app: Flask, folder: Path, sales: Any) -> None:
    db.session.commit()
    (folder / importing.FILE).write_text(f"{json.dumps(FULL)}\n{{\n")
    run = app.test_cli_runner().invoke(args=["import", "jsonl", str(folder), "--department", "Sales"])
    assert run.exit_code == 0
    assert "Added: 1 questions, 2 answers, 1 accepted, 3 tags." in run.output
    assert "Line 2 skipped: not JSON" in run.output


@pytest.mark.parametrize("options", [["--department", "Nowhere"], []])
def test_the_command_says_in_a_line_what_it_cannot_do(options: list[str], app: Flask, folder: Path, sales: Any) -> None:
    db.session.commit()
    if options:
        (folder / importing.FILE).write_text(json.dumps(MINIMAL))
    run = app.test_cli_runner().invoke(args=["import", "jsonl", str(folder), *options])
    assert run.exit_code == 1
    assert "Error: There is no" in run.output


# Real corpora


@pytest.mark.parametrize("corpus", CORPORA)
def test_a_slice_of_a_real_corpus_arrives_whole_and_every_page_renders(
    corpus: str, shared_data: Path, folder: Path, sales: Any, kim: Person, browser: Callable[[Person], Browser]
) -> None:
    with (shared_data / corpus / importing.FILE).open(encoding="utf-8") as lines:
        chosen = list(islice(lines, SLICE))
    (folder / importing.FILE).write_text("".join(chosen), encoding="utf-8")
    rows = [json.loads(line) for line in chosen]
    report = import_folder(folder)
    assert report.problems == []
    assert report.added["questions"] == SLICE
    assert report.added["answers"] == sum(len(row.get("answers") or []) for row in rows)
    assert report.added["accepted"] == sum(
        any(each.get("accepted") for each in row.get("answers") or []) for row in rows
    )
    assert import_folder(folder).added.total() == 0
    assert (drifted_scores(), drifted_counts()) == ({}, {})
    window = browser(kim)
    for question in db.session.scalars(select(Question)).all():
        page = Page(window.get(f"/questions/{question.id}", follow_redirects=True))
        assert (page.status, page.title) == (200, " ".join(question.title.split()))
