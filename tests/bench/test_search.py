"""The measure itself: figures of a small labelled folder, computed by hand."""

from __future__ import annotations

import json
from math import log2
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.labelled import Asked, read
from bench.search import judged, main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        {
            "id": "a",
            "title": "Printer prints blank pages",
            "answers": [{"id": "1", "body": "Shake it", "accepted": True}],
        },
        {"id": "b", "title": "Parcel went to the wrong warehouse"},
        {"id": "c", "title": "Blank pages from the printer"},
        *(
            {"id": name, "title": f"Nothing but {name}"}
            for name in "lift door heating forklift badge desk chair stapler canteen parking payroll visa".split()
        ),
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return tmp_path


def test_the_figures_of_one_query_are_those_of_the_formulas() -> None:
    asked = Asked("?", frozenset({"self"}), {"self": 2, "right": 2, "also": 2, "related": 1})
    figures = judged(["related", "wrong", "right"], asked)
    ideal = 3 / log2(2) + 3 / log2(3) + 1 / log2(4)
    assert figures == {
        "mrr10": 1 / 3,
        "ndcg10": pytest.approx((1 / log2(2) + 3 / log2(4)) / ideal),
        "recall10": 1 / 2,
        "hit1": 0.0,
        "hit5": 1.0,
    }
    assert judged([], asked)["mrr10"] == 0.0


def test_duplicates_ask_for_what_they_duplicate_and_not_for_themselves(folder: Path) -> None:
    (folder / "duplicates.jsonl").write_text('{"id": "c", "duplicate_of": "a"}\n')
    labelled = read(folder, most=10)
    assert labelled.asked == [Asked("Blank pages from the printer", frozenset({"c"}), {"a": 2})]
    assert labelled.documents[0].state == ("solved", "answered")


def test_sentences_of_one_need_ask_for_each_other(tmp_path: Path) -> None:
    rows = [
        {"id": str(number), "text": f"text {number}", "need": "one" if number < 5 else "two"} for number in range(10)
    ]
    (tmp_path / "train.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    labelled = read(tmp_path, most=2)
    assert [asked.text for asked in labelled.asked] == ["text 0", "text 5"]
    assert labelled.asked[1].grades == {str(number): 2 for number in range(5, 10)}


def test_the_command_measures_by_the_products_own_path_and_writes_what_it_prints(folder: Path) -> None:
    (folder / "queries.jsonl").write_text('{"qid": "1", "text": "printer gives a blank page", "exclude": ["c"]}\n')
    (folder / "qrels.tsv").write_text("1\ta\t2\n")
    file = folder / "figures.json"
    result = CliRunner().invoke(
        main, ["--data", str(folder), "--json", str(file), "--size", "100"], catch_exceptions=False
    )
    assert result.exit_code == 0
    written = json.loads(file.read_text())
    assert written["relevance"] == {"mrr10": 1.0, "ndcg10": 1.0, "recall10": 1.0, "hit1": 1.0, "hit5": 1.0}
    assert written["latency"]["100"].keys() == {"1 word", "2 words", "5 words", "whole title", "similar", "as you type"}
    assert "mrr10" in result.output
