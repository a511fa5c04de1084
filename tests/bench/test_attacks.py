"""The attacks of `python -m bench.attacks`, a few of each: what they look at is all there is, and they would notice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from bench.attacks import browsing, collected, fuzzing, planting, sending
from bench.attacks.browsing import Seen
from bench.attacks.collected import Payload
from bench.attacks.pages import ASKED_FOR, NOT_PAGES, PREFERRED, SUBJECTS, Pages
from bench.attacks.reading import NOWHERE, Ours
from bench.attacks.report import Part, Report
from forum.core.db import db
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser

HOSTILE = [
    "' OR '1'='1",
    "1); DROP TABLE post; --",
    "admin'/*",
    '" UNION SELECT password_hash FROM person --',
    "%' AND 1=0 --",
    "../../../../etc/passwd",
    "//evil.example/%2f..",
    "{{ config }}",
    "<svg onload=alert(1)>",
    "\x00\ud800\r\nX-Injected: 1",
    "9" * 400,
]


def payload(raw: str, kind: str = "sqli") -> Payload:
    return Payload(raw[:20], "made up", kind, collected.clean_source(raw), raw)


def test_sql_in_an_address_finds_what_its_letters_find(browser: Callable[[Person], Browser], kim: Person) -> None:
    factories.answer(kim, factories.question(kim, tags="labels"))
    part = Part()
    sending.inject(browser(kim), [payload(raw) for raw in HOSTILE[:6]], part)
    assert part.failures == []
    assert part.counts["requests"] > 90


def test_requests_made_up_at_random_are_never_a_failure_of_ours(app: Flask, farah: Person, kim: Person) -> None:
    practice = factories.practice(farah, factories.answer(kim, factories.question(kim, tags="labels")))
    assert practice.id
    db.session.commit()
    part = Part()
    fuzzing.Fuzzer(app, Pages(app), HOSTILE, seed=7).run(1_500, part)
    assert part.failures == []
    assert part.counts["answered 2xx"] > 50


def test_every_column_with_words_is_attacked_unless_no_person_types_it(app: Flask) -> None:
    places = set(map(str, planting.places()))
    assert {"post.body", "question.title", "person.name", "tag.description", "thanks.line", "cause.title"} <= places
    assert not {"person.password_hash", "post.html", "session.token_hash", "job.listener"} & places


def test_what_is_named_as_typed_by_nobody_is_there() -> None:
    """A name that no column has any more would hide the next column that gets it."""
    columns = {column.name for table in db.metadata.sorted_tables for column in table.columns}
    full = {f"{table.name}.{column.name}" for table in db.metadata.sorted_tables for column in table.columns}
    assert sorted(planting.NOT_TYPED - columns - full) == []


def test_what_is_printed_nowhere_is_typed_and_says_why(app: Flask) -> None:
    assert planting.UNPRINTED.keys() <= set(map(str, planting.places()))
    assert all(len(why.split()) > 4 for why in planting.UNPRINTED.values())


def test_what_is_visited_more_than_once_is_an_address(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert {*PREFERRED, *ASKED_FOR} - rules == set()


def test_every_address_with_a_number_says_of_what(app: Flask) -> None:
    """A new page that shows one thing of a kind must say which table the thing is in, or nobody would look at it."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "<id:" in rule.rule and "GET" in (rule.methods or ())]
    assert [rule for rule in rules if not rule.startswith(tuple(SUBJECTS))] == []
    assert set(app.view_functions) >= NOT_PAGES
    assert set(SUBJECTS.values()) <= {table.name for table in db.metadata.sorted_tables}


def test_a_collection_is_known_by_its_fields(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "kind": "xss", "payload": "<script>"},
        {"payload": [["[", 100_000]], "kind": "pathological"},
        {"payload": {"range": [1, 9], "each": [["a", 1, 0]]}},
    ]
    (tmp_path / "xss_mine.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    found = collected.read(tmp_path)
    assert [each.kind for each in found] == ["xss", "pathological", "xss"]
    assert found[0].typed == "<script>"
    assert len(found[1].typed) == collected.MAX_SOURCE
    assert found[2].typed == "a" * 36
    (tmp_path / "xss_mine.jsonl").write_text('{"id": "1"}')
    with pytest.raises(ValueError, match=r"xss_mine.jsonl, line 1"):
        collected.read(tmp_path)


def test_groups_hold_every_payload_once() -> None:
    payloads = [payload("x" * size) for size in (5, 90, 20, 300, 1, 1)]
    grouped = collected.groups(payloads, 100)
    assert [each for group in grouped for each in group] == payloads
    assert len(grouped) == 4


def test_what_the_site_makes_of_harmless_texts_is_no_finding() -> None:
    ours = Ours()
    ours.learn(Seen(found=["mark", "button data-insert"], foreign=["<img src=data:image/png;base64,AA"]))
    ours.learn(Seen(found=["dl"]))
    seen = Seen(found=["mark", "dl", "svg", "button onclick"], foreign=["<img src=data:image/png;base64,BB"])
    assert ours.strange_in(seen) == ["svg", "button onclick"]
    assert ours.foreign_in(seen) == []
    more = Seen(foreign=["<img src=data:image/png;base64,BB", "<img src=data:text/html,1", "<a href=javascript:1"])
    assert ours.foreign_in(more) == more.foreign


def test_what_a_run_knows_is_in_its_file_while_it_goes_on(tmp_path: Path) -> None:
    report = Report({"xss_mine": 3}, file=tmp_path / "figures.json")
    report.part("pages").add("documents", 7)
    report.keep()
    report.part("pages").failures.append("something ran")
    assert json.loads((tmp_path / "figures.json").read_text())["parts"]["pages"]["counts"] == {"documents": 7}
    report.keep()
    assert json.loads((tmp_path / "figures.json").read_text())["parts"]["pages"]["failures"] == ["something ran"]
    assert [file.name for file in tmp_path.iterdir()] == ["figures.json"]


@pytest.mark.browser
def test_a_page_is_looked_at_again_when_its_browser_is_lost_and_twice_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = "<script>while (true) {}</script>"
    monkeypatch.setattr(browsing, "UNENDING", 2)
    with browsing.renewable() as running:
        reader = browsing.Reader(running, NOWHERE, {"name": "none", "value": "none"})
        assert reader.show("<p>Before.</p>").lost == []
        running._kill()
        seen = reader.show("<script>alert(1)</script>")
        assert (len(seen.lost), seen.ran) == (1, ["alert 1"])
        assert len(reader.show(hangs).lost) == browsing.TRIES
        assert reader.show("<p>After.</p>").lost == []


def test_harmless_texts_have_the_letters_of_an_attack_and_none_of_its_signs() -> None:
    attack = payload("<img src=y onerror=\"alert('1')\">`[a](javascript:b)_é_&colon;")
    words, as_long = (collected.harmless(attack, instead).typed for instead in (" ", "x"))
    assert "".join(words.split()) == "imgsrcyonerroralert1ajavascriptbécolon"
    assert len(words) == len(as_long) == len(attack.typed)
    assert as_long.startswith("ximg srcxy onerrorxx")
